// The order of deliveries; see the header.
//
// For each destination with room, the first job that waits for it is in ready_. So the first of
// ready_ is the first job in order that can be served, and the thousand jobs behind a busy
// destination cost nothing.
#include "qmgr/job_list.h"

#include <algorithm>

namespace postern::qmgr {

namespace {

/// A long list is searched for a better job only so often.
constexpr std::size_t long_list = 100;
constexpr std::chrono::milliseconds search_pause{100};

}  // namespace

JobList::Job& JobList::job_of(const std::string& message, Monotonic now) {
    const auto [found, is_new] = jobs_.try_emplace(message);
    Job& job = found->second;
    if (is_new) {
        job.message = &found->first;
        job.place = {++arrivals_, 0};
        job.since = now;
        order_.insert(&job);
    }
    return job;
}

void JobList::add(const std::string& message, const Room& destination, event::Waiter& delivery,
                  Monotonic now) {
    Job& job = job_of(message, now);
    auto peer = std::find_if(job.peers.begin(), job.peers.end(),
                             [&](const Peer& one) { return one.destination == &destination; });
    if (peer == job.peers.end()) {
        peer = job.peers.emplace(job.peers.end());
        peer->destination = &destination;
        destinations_[&destination].insert(&job);
    }
    peer->deliveries.push_back(delivery);
    ++job.waiting;
    if (destination.has_room()) has_room(destination);
}

void JobList::set_unread(const std::string& message, std::size_t recipients) {
    const auto found = jobs_.find(message);
    if (found == jobs_.end()) return;
    found->second.unread = recipients;
    end_if_done(found->second);
}

void JobList::has_room(const Room& destination) {
    const auto found = destinations_.find(&destination);
    if (found != destinations_.end()) ready_.insert(*found->second.begin());
}

std::list<JobList::Peer>::iterator JobList::peer_with_room(Job& job) {
    return std::find_if(job.peers.begin(), job.peers.end(),
                        [](const Peer& peer) { return peer.destination->has_room(); });
}

std::optional<JobList::Turn> JobList::next(Monotonic now) {
    while (!ready_.empty()) {
        Job& current = **ready_.begin();
        const auto peer = peer_with_room(current);
        if (peer == current.peers.end()) {
            ready_.erase(ready_.begin());
            continue;
        }
        Job* other = worth_interrupting_for(current, now);
        if (!other) return serve(current, peer);
        put_in_front(*other, current);
        return serve(*other, peer_with_room(*other));
    }
    return std::nullopt;
}

JobList::Turn JobList::serve(Job& job, std::list<Peer>::iterator peer) {
    const Room& destination = *peer->destination;
    ++job.served;
    job.peers.splice(job.peers.end(), job.peers, peer);
    return {destination, take_from(job, peer)};
}

event::Waiter& JobList::take_from(Job& job, std::list<Peer>::iterator peer) {
    event::Waiter& delivery = peer->deliveries.pop_front();
    --job.waiting;
    if (peer->deliveries.empty()) {
        const auto waiting = destinations_.find(peer->destination);
        waiting->second.erase(&job);
        if (waiting->second.empty()) destinations_.erase(waiting);
        job.peers.erase(peer);
    }
    end_if_done(job);
    return delivery;
}

event::Waiter* JobList::take(const Room& destination) {
    const auto found = destinations_.find(&destination);
    if (found == destinations_.end()) return nullptr;
    Job& job = **found->second.begin();
    const auto peer =
        std::find_if(job.peers.begin(), job.peers.end(),
                     [&](const Peer& one) { return one.destination == &destination; });
    return &take_from(job, peer);
}

void JobList::end_if_done(Job& job) {
    if (job.waiting > 0) return;
    ready_.erase(&job);
    if (job.unread > 0) return;
    order_.erase(&job);
    jobs_.erase(jobs_.find(*job.message));
}

/// Slots that the current job has and will have are compared with what the other needs.
JobList::Job* JobList::worth_interrupting_for(const Job& current, Monotonic now) {
    if (slots_.cost < 2 || jobs_.size() < 2) return nullptr;
    const std::size_t ever = (current.served + current.deliveries()) / slots_.cost;
    if (ever < slots_.minimum || ever <= current.used_slots) return nullptr;
    if (jobs_.size() > long_list && now < next_search_) return nullptr;
    Job* best = best_candidate(current, ever - current.used_slots);
    if (best && can_pay(current, *best)) return best;
    next_search_ = now + search_pause;
    return nullptr;
}

JobList::Job* JobList::best_candidate(const Job& current, std::size_t slots) {
    const auto newest = (*order_.rbegin())->since;
    Job* best = nullptr;
    double best_worth = -1;
    for (Job* job : order_) {
        if (job == &current || job->waiting == 0 || job->deliveries() > slots) continue;
        if (peer_with_room(*job) == job->peers.end()) continue;
        const std::chrono::duration<double> age = newest - job->since;
        const double worth = age.count() / static_cast<double>(job->deliveries());
        if (worth <= best_worth) continue;
        best = job;
        best_worth = worth;
    }
    return best;
}

/// What is missing is not more than may be lent.
bool JobList::can_pay(const Job& current, const Job& other) const {
    const auto needed = static_cast<std::int64_t>(other.deliveries());
    const auto owed = static_cast<std::int64_t>(current.served / slots_.cost) -
                      static_cast<std::int64_t>(current.used_slots);
    const auto lent = needed * static_cast<std::int64_t>(slots_.discount) / 100 +
                      static_cast<std::int64_t>(slots_.loan);
    return needed - owed <= lent;
}

void JobList::put_in_front(Job& job, Job& current) {
    current.used_slots += job.deliveries();
    put_at(job, {current.place.arrival, --interruptions_});
}

void JobList::put_at(Job& job, Place place) {
    order_.erase(&job);
    ready_.erase(&job);
    for (const Peer& peer : job.peers)
        destinations_[peer.destination].erase(&job);
    job.place = place;
    order_.insert(&job);
    ready_.insert(&job);
    for (const Peer& peer : job.peers)
        destinations_[peer.destination].insert(&job);
}

}  // namespace postern::qmgr
