// Scheduling; see the header.
#include "qmgr/scheduler.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::qmgr {

namespace {

/// Deliveries of one transport under way where nothing else bounds them.
constexpr std::size_t transport_limit = 1000;
/// Those that wait for an agent beyond the ones that it has: they make it grow.
constexpr std::size_t spare(std::size_t slots) { return 4 + slots / 4; }
constexpr service::Client::Limits connection_limits{
    .max_connections = 100, .spread_above = 100, .patience = seconds(1)};

/// Destinations that are idle are kept up to this number: their windows are worth remembering.
constexpr std::size_t idle_destinations = 10000;

}  // namespace

Destination::Destination(const event::Loop& loop, const TransportSettings& settings,
                         std::string name)
    : loop_(loop),
      name_(std::move(name)),
      is_rate_limited_(settings.destination_rate_delay > seconds(0)),
      window_(settings) {}

bool Destination::has_room() const {
    const std::size_t places = is_rate_limited_ ? std::min<std::size_t>(window_.size(), 1)
                                                : window_.size();
    return !suspension_ && in_use_ < places && loop_.now() >= not_before_;
}

Transport::Transport(std::string name, TransportSettings settings, const Settings& all,
                     event::Loop& loop, event::TaskGroup& tasks, const Log& log,
                     std::size_t& all_recipients)
    : name_(std::move(name)),
      settings_(settings),
      all_(all),
      loop_(loop),
      tasks_(tasks),
      log_(log),
      client_(loop, "private/" + name_, connection_limits),
      jobs_(settings.slots),
      all_recipients_(all_recipients) {
    client_.on_growth([this] { loop_.request(*this); });
}

Destination& Transport::destination(const std::string& name) {
    if (destinations_.size() > idle_destinations)
        std::erase_if(destinations_, [this](const auto& entry) {
            return entry.second->in_use_ == 0 && !entry.second->suspension() &&
                   !jobs_.is_waiting(*entry.second);
        });
    auto& found = destinations_[name];
    if (!found) found = std::make_unique<Destination>(loop_, settings_, name);
    return *found;
}

bool Transport::has_capacity() const {
    const std::size_t slots = client_.slots();
    return in_use_ < std::min(transport_limit, slots + spare(slots)) && loop_.now() >= not_before_;
}

void Transport::want_turn(Destination& destination) {
    if (destination.has_room()) jobs_.has_room(destination);
    if (jobs_.has_ready()) loop_.request(*this);
}

void Transport::at_turn_end() {
    start_next();
}

void Transport::start_next() {
    while (has_capacity()) {
        const auto turn = jobs_.next(loop_.now());
        if (!turn) return;
        auto& destination = *destinations_.at(
            static_cast<const Destination&>(turn->destination).name());
        ++destination.in_use_;
        ++in_use_;
        if (settings_.transport_rate_delay > seconds(0)) {
            not_before_ = loop_.now() + settings_.transport_rate_delay;
            tasks_.spawn(go_on_after(settings_.transport_rate_delay));
        }
        loop_.resume_soon(turn->delivery);
        if (destination.has_room()) jobs_.has_room(destination);
    }
}

void Transport::release(Destination& destination) {
    --destination.in_use_;
    --in_use_;
    if (settings_.destination_rate_delay > seconds(0)) {
        destination.not_before_ = loop_.now() + settings_.destination_rate_delay;
        tasks_.spawn(go_on_after(destination.name(), settings_.destination_rate_delay));
    }
    want_turn(destination);
}

Suspension Transport::failed(const Error& error) {
    log_.warning("transport {}: {}", name_, error.text);
    const Suspension why{"4.3.0", client_.slots() == 0 ? "mail transport unavailable"
                                                       : "unknown mail transport error"};
    suspend(why);
    return why;
}

void Transport::learn(Destination& destination, const service::DeliveryReply& reply) {
    Window& window = destination.window_;
    const std::size_t before = window.size();
    const bool has_worked = reply.dead_reason.empty();
    if (has_worked)
        window.succeeded(destination.in_use_);
    else
        window.failed();
    if (all_.tells_feedback) tell_feedback(destination, before, has_worked);
    if (!has_worked && window.is_dead())
        suspend(destination, {reply.dead_status, reply.dead_reason});
}

void Transport::tell_feedback(const Destination& destination, std::size_t before,
                              bool has_worked) const {
    const Window& window = destination.window_;
    log_.info("transport {}: destination {}: {} feedback with {} deliveries under way: concurrency {} "
              "-> {}, success {:.3f}, failure {:.3f}, failed cohorts {:.3f}",
              name_, destination.name(), has_worked ? "positive" : "negative", destination.in_use_,
              before, window.size(), window.success(), window.failure(), window.failed_cohorts());
}

void Transport::suspend(Suspension why) {
    if (suspension_) return;
    suspension_ = std::move(why);
    tasks_.spawn(lift_later(all_.transport_retry_time));
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
    while (event::Waiter* delivery = jobs_.take(destination)) {
        ++destination.in_use_;
        ++in_use_;
        loop_.resume_soon(*delivery);
    }
}

Task<void> Transport::go_on_after(seconds pause) {
    co_await event::Sleep(loop_, loop_.in(pause));
    start_next();
}

Task<void> Transport::go_on_after(std::string destination, seconds pause) {
    co_await event::Sleep(loop_, loop_.in(pause));
    const auto found = destinations_.find(destination);
    if (found != destinations_.end()) want_turn(*found->second);
}

Task<void> Transport::lift_later(seconds after) {
    co_await event::Sleep(loop_, loop_.in(after));
    suspension_.reset();
}

Task<void> Transport::lift_later(std::string name, seconds after) {
    co_await event::Sleep(loop_, loop_.in(after));
    const auto found = destinations_.find(name);
    if (found == destinations_.end()) co_return;
    found->second->suspension_.reset();
    if (found->second->window_.is_dead()) found->second->window_.revive();
    want_turn(*found->second);
}

void Transport::resume() {
    suspension_.reset();
    for (auto& [name, destination] : destinations_) {
        destination->suspension_.reset();
        if (destination->window_.is_dead()) destination->window_.revive();
    }
}

const Destination* Transport::busiest() const {
    const Destination* most = nullptr;
    for (const auto& [name, destination] : destinations_)
        if (!most || destination->deliveries() > most->deliveries()) most = destination.get();
    return most;
}

void Transport::hold_recipients(std::size_t number) {
    recipients_ += number;
    all_recipients_ += number;
}

void Transport::drop_recipients(std::size_t number) {
    recipients_ -= number;
    all_recipients_ -= number;
}

std::size_t Transport::free_recipients() const noexcept {
    return settings_.recipient_limit - std::min(recipients_, settings_.recipient_limit);
}

Delivery::Delivery(Transport& transport, const std::string& destination)
    : transport_(transport), destination_(transport.destination(destination)) {
    ++destination_.deliveries_;
}

Delivery::~Delivery() {
    end();
    --destination_.deliveries_;
}

void Delivery::end() {
    if (std::exchange(is_under_way_, false)) transport_.release(destination_);
}

const std::optional<Suspension>& Delivery::suspension() const noexcept {
    return transport_.suspension_ ? transport_.suspension_ : destination_.suspension_;
}

void Delivery::Turn::await_suspend(std::coroutine_handle<> handle) {
    Transport& transport = delivery_.transport_;
    has_waited_ = true;
    waiter_.suspend(handle);
    transport.jobs_.add(message_, delivery_.destination_, waiter_, transport.loop_.now());
    transport.want_turn(delivery_.destination_);
}

Task<Delivery::Delivered> Delivery::run(MakeRequest make_request) {
    struct End {
        Delivery& delivery;
        ~End() { delivery.end(); }
    } at_end{*this};
    // What it waited for may have been given up meanwhile.
    if (suspension()) co_return Delivered{{}, *suspension(), false};
    auto request = make_request();
    request.handed_over = transport_.loop_.clock().wall();
    auto reply = co_await transport_.client_.call(
        std::move(request), transport_.loop_.in(transport_.all_.daemon_timeout));
    if (!reply) co_return Delivered{{}, transport_.failed(reply.error()), true};
    transport_.learn(destination_, *reply);
    co_return Delivered{std::move(*reply), {}, true};
}

Transport& Scheduler::transport(const std::string& name) {
    auto& found = transports_[name];
    if (!found)
        found = std::make_unique<Transport>(name, settings_.of_transport(name, log_), settings_,
                                            loop_, tasks_, log_, recipients_);
    return *found;
}

Scheduler::Load Scheduler::heaviest_load() const {
    Load heaviest;
    for (const auto& [name, transport] : transports_) {
        const Destination* busiest = transport ? transport->busiest() : nullptr;
        if (!busiest || busiest->deliveries() <= heaviest.deliveries) continue;
        heaviest = {name, busiest->name(), busiest->deliveries(), busiest->in_use(),
                    busiest->suspension().has_value()};
    }
    return heaviest;
}

std::size_t Scheduler::first_batch() const noexcept {
    const std::size_t limit = settings_.message_recipient_limit;
    return std::max({settings_.message_recipient_minimum, limit - std::min(recipients_, limit),
                     std::size_t{1}});
}

void Scheduler::resume_all() {
    for (auto& [name, transport] : transports_)
        if (transport) transport->resume();
}

}  // namespace postern::qmgr
