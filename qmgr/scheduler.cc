// Scheduling; see the header.
#include "qmgr/scheduler.h"

#include <fmt/format.h>

namespace postern::qmgr {

namespace {

/// Deliveries of one transport under way where nothing else bounds them; the agent's own share
/// (maxproc) bounds them further.
constexpr std::size_t transport_limit = 1000;
constexpr service::Client::Limits connection_limits{.max_connections = 100, .spread_above = 100};

/// Destinations that are idle are kept up to this number: their windows are worth remembering.
constexpr std::size_t idle_destinations = 10000;

}  // namespace

Destination::Destination(Transport& transport, std::string name)
    : transport_(transport), name_(std::move(name)), window_(transport.settings()) {}

bool Destination::has_room() const noexcept {
    return !suspension_ && in_use_ < window_.size() && transport_.loop_.now() >= not_before_;
}

void Destination::enqueue(const std::string& message, event::Waiter& waiter) {
    Line*& line = line_of_[message];
    if (!line) {
        line = &lines_.emplace_back();
        line->message = message;
    }
    line->deliveries.push_back(waiter);
    ++waiting_;
}

event::Waiter& Destination::dequeue() {
    event::Waiter& next = lines_.front().deliveries.pop_front();
    --waiting_;
    if (lines_.front().deliveries.empty()) {
        line_of_.erase(lines_.front().message);
        lines_.pop_front();
    } else {
        lines_.splice(lines_.end(), lines_, lines_.begin());
    }
    return next;
}

/// A delivery's wait in the line of its destination.
class Transport::Turn {
public:
    Turn(Transport& transport, Destination& destination, const std::string& message)
        : transport_(transport), destination_(destination), message_(message) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        waiter_.suspend(handle);
        destination_.enqueue(message_, waiter_);
        transport_.list(destination_);
    }
    void await_resume() const noexcept {}

private:
    Transport& transport_;
    Destination& destination_;
    const std::string& message_;
    event::Waiter waiter_;
};

Transport::Transport(std::string name, TransportSettings settings, const Settings& all,
                     event::Loop& loop, event::TaskGroup& tasks, const Log& log)
    : name_(std::move(name)),
      settings_(settings),
      all_(all),
      loop_(loop),
      tasks_(tasks),
      log_(log),
      client_(loop, "private/" + name_, connection_limits) {}

Destination& Transport::destination(const std::string& name) {
    if (destinations_.size() > idle_destinations)
        std::erase_if(destinations_, [](const auto& entry) {
            return entry.second->is_idle() && !entry.second->suspension() &&
                   !entry.second->is_listed_;
        });
    auto& found = destinations_[name];
    if (!found) found = std::make_unique<Destination>(*this, name);
    return *found;
}

bool Transport::has_capacity() const {
    return in_use_ < transport_limit;
}

void Transport::list(Destination& destination) {
    if (!destination.is_listed_ && destination.has_room() && destination.waiting_ > 0) {
        destination.is_listed_ = true;
        ready_.push_back(&destination);
    }
    if (!ready_.empty() && has_capacity()) loop_.request(*this);
}

void Transport::at_turn_end() {
    start_next();
}

void Transport::start_next() {
    while (!ready_.empty() && has_capacity()) {
        Destination& destination = *ready_.front();
        ready_.pop_front();
        destination.is_listed_ = false;
        if (destination.waiting_ == 0 || !destination.has_room()) continue;
        ++destination.in_use_;
        ++in_use_;
        if (settings_.destination_rate_delay > seconds(0))
            destination.not_before_ = loop_.now() + settings_.destination_rate_delay;
        loop_.resume_soon(destination.dequeue());
        list(destination);
    }
}

void Transport::release(Destination& destination) {
    --destination.in_use_;
    --in_use_;
    if (settings_.destination_rate_delay > seconds(0))
        tasks_.spawn(lift_later(destination.name(), settings_.destination_rate_delay));
    list(destination);
}

Task<Transport::Delivered> Transport::deliver(Destination& destination,
                                              service::DeliveryRequest request) {
    if (suspension_) co_return Delivered{{}, *suspension_};
    if (destination.suspension_) co_return Delivered{{}, *destination.suspension_};
    co_await Turn(*this, destination, request.queue_id);
    struct Release {
        Transport& transport;
        Destination& destination;
        ~Release() { transport.release(destination); }
    } release{*this, destination};
    // What it waited for may have been given up meanwhile.
    if (suspension_) co_return Delivered{{}, *suspension_};
    if (destination.suspension_) co_return Delivered{{}, *destination.suspension_};

    request.handed_over = loop_.clock().wall();
    auto reply = co_await client_.call(std::move(request), loop_.in(all_.daemon_timeout));
    learn(destination, reply);
    if (!reply) co_return Delivered{{}, {"4.3.0", "unknown mail transport error"}};
    co_return Delivered{std::move(*reply), {}};
}

void Transport::learn(Destination& destination, const Result<service::DeliveryReply>& reply) {
    if (!reply) {
        log_.warning("transport {}: {}", name_, reply.error().text);
        return suspend({"4.3.0", "unknown mail transport error"});
    }
    if (reply->dead_reason.empty()) return destination.window_.succeeded(destination.in_use_);
    destination.window_.failed();
    if (destination.window_.is_dead())
        suspend(destination, {reply->dead_status, reply->dead_reason});
}

void Transport::suspend(Suspension why) {
    if (suspension_) return;
    suspension_ = std::move(why);
    tasks_.spawn(lift_later({}, all_.transport_retry_time));
    for (auto& [name, destination] : destinations_)
        turn_away(*destination);
}

void Transport::suspend(Destination& destination, Suspension why) {
    destination.suspension_ = std::move(why);
    tasks_.spawn(lift_later(destination.name(), all_.minimal_backoff_time));
    turn_away(destination);
}

/// Whoever waits learns of the suspension now.
void Transport::turn_away(Destination& destination) {
    while (destination.waiting_ > 0) {
        ++destination.in_use_;
        ++in_use_;
        loop_.resume_soon(destination.dequeue());
    }
}

/// `name` empty: the transport itself.
Task<void> Transport::lift_later(std::string name, seconds after) {
    co_await event::Sleep(loop_, loop_.in(after));
    if (name.empty()) {
        suspension_.reset();
        co_return;
    }
    const auto found = destinations_.find(name);
    if (found == destinations_.end()) co_return;
    found->second->suspension_.reset();
    if (found->second->window_.is_dead()) found->second->window_.revive();
    list(*found->second);
}

void Transport::resume() {
    suspension_.reset();
    for (auto& [name, destination] : destinations_) {
        destination->suspension_.reset();
        if (destination->window_.is_dead()) destination->window_.revive();
    }
}

Result<Transport*> Scheduler::transport(const std::string& name) {
    auto& found = transports_[name];
    if (!found) {
        auto settings = settings_.of_transport(name);
        if (!settings) return settings.error();
        found = std::make_unique<Transport>(name, *settings, settings_, loop_, tasks_, log_);
    }
    return found.get();
}

void Scheduler::resume_all() {
    for (auto& [name, transport] : transports_)
        if (transport) transport->resume();
}

}  // namespace postern::qmgr
