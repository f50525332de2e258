// Counts of clients; see the header.
#include "services/postscreen/crowd.h"

#include "lib/report/postscreen_events.h"

namespace postern::postscreen {

Crowd::Connection::Connection(Crowd& crowd, std::string address)
    : crowd_(crowd), address_(std::move(address)) {
    ++crowd_.connections_[address_];
}

Crowd::Connection::~Connection() {
    const auto mine = crowd_.connections_.find(address_);
    if (--mine->second == 0) crowd_.connections_.erase(mine);
}

std::size_t Crowd::Connection::of_client() const { return crowd_.connections_.at(address_); }

Crowd::Place::Place(Crowd& crowd, std::size_t& count) : crowd_(crowd), count_(count) {
    ++count_;
    crowd_.changed();
}

Crowd::Place::~Place() {
    --count_;
    crowd_.changed();
}

/// Begins at nine tenths of the limit, and ends at seven, lest it goes on and off with each client.
void Crowd::changed() {
    const std::size_t tenths = under_test * 10;
    const bool begins = !is_stressed_ && tenths >= pre_queue_limit_ * 9;
    const bool ends = is_stressed_ && tenths <= pre_queue_limit_ * 7;
    if (!begins && !ends) return;
    is_stressed_ = begins;
    reporter_.report(report::StressChanged{begins, under_test});
}

}  // namespace postern::postscreen
