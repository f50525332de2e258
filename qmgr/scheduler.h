// Who is delivered next: per transport, per destination, per message.
//
// A transport has as many deliveries under way as its agent takes, and a few that wait for it; a
// destination as many as its window allows. Which of those that wait is next, see JobList.
#pragma once

#include "lib/base/log.h"
#include "lib/event/group.h"
#include "lib/service/client.h"
#include "lib/service/delivery.h"
#include "qmgr/job_list.h"
#include "qmgr/settings.h"
#include "qmgr/window.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace postern::qmgr {

/// A transport or a destination is not tried now: why, as an enhanced status code and a text.
struct Suspension {
    std::string status, reason;
};

class Delivery;
class Transport;

/// One destination of a transport: a nexthop, or with a recipient limit of 1, a recipient.
class Destination final : public Room {
public:
    Destination(const event::Loop& loop, const TransportSettings& settings, std::string name);

    const std::string& name() const noexcept { return name_; }
    bool has_room() const override;
    const std::optional<Suspension>& suspension() const noexcept { return suspension_; }
    std::size_t deliveries() const noexcept { return deliveries_; }   ///< under way, and waiting
    std::size_t in_use() const noexcept { return in_use_; }           ///< under way

private:
    friend class Transport;
    friend class Delivery;

    const event::Loop& loop_;
    const std::string name_;
    const bool is_rate_limited_;  // one at a time, with destination_rate_delay between them
    Window window_;
    std::size_t in_use_ = 0;
    std::size_t deliveries_ = 0;  // under way, and waiting
    std::optional<Suspension> suspension_;
    Monotonic not_before_{};
};

class Transport : private event::TurnEnd {
public:
    Transport(std::string name, TransportSettings settings, const Settings& all, event::Loop& loop,
              event::TaskGroup& tasks, const Log& log, std::size_t& all_recipients);

    const std::string& name() const noexcept { return name_; }
    const TransportSettings& settings() const noexcept { return settings_; }
    const std::optional<Suspension>& suspension() const noexcept { return suspension_; }
    Destination& destination(const std::string& name);

    /// See JobList::set_unread().
    void set_unread(const std::string& message, std::size_t recipients) {
        jobs_.set_unread(message, recipients);
    }

    /// Recipients that are in memory for this transport, and how many more may be read for it
    /// (TRANSPORT_recipient_limit).
    void hold_recipients(std::size_t number);
    void drop_recipients(std::size_t number);
    std::size_t free_recipients() const noexcept;

    /// Forgets that it and its destinations are dead (postqueue -f).
    void resume();
    /// The destination with the most deliveries; null when there is none at all.
    const Destination* busiest() const;

private:
    friend class Delivery;

    bool has_capacity() const;
    void want_turn(Destination& destination);
    void start_next();
    void release(Destination& destination);
    void learn(Destination& destination, const service::DeliveryReply& reply);
    void tell_feedback(const Destination& destination, std::size_t before, bool has_worked) const;
    Suspension failed(const Error& error);
    void suspend(Suspension why);
    void suspend(Destination& destination, Suspension why);
    void turn_away(Destination& destination);
    Task<void> lift_later(seconds after);
    Task<void> lift_later(std::string destination, seconds after);
    Task<void> go_on_after(seconds pause);
    Task<void> go_on_after(std::string destination, seconds pause);
    void at_turn_end() override;

    const std::string name_;
    const TransportSettings settings_;
    const Settings& all_;
    event::Loop& loop_;
    event::TaskGroup& tasks_;
    const Log& log_;
    service::Client client_;
    std::optional<Suspension> suspension_;
    std::unordered_map<std::string, std::unique_ptr<Destination>> destinations_;
    JobList jobs_;
    std::size_t in_use_ = 0;
    std::size_t recipients_ = 0;
    std::size_t& all_recipients_;
    Monotonic not_before_{};  // transport_rate_delay
};

/// One delivery to a destination, counted there as long as it lives. While it waits for its turn it
/// is all that a message has of it: twenty thousand may wait.
class Delivery {
public:
    Delivery(Transport& transport, const std::string& destination);
    ~Delivery();
    Delivery(const Delivery&) = delete;

    /// Waits for the turn of a delivery of the message; not at all where transport or destination
    /// is suspended, and no longer than until it becomes so. `co_await delivery.turn(message)`.
    class Turn;
    Turn turn(const std::string& message);

    struct Delivered {
        std::optional<service::DeliveryReply> reply;
        Suspension suspension;   ///< without a reply
        bool was_tried = false;  ///< and it is this delivery that found out
    };
    /// In its turn: has the agent deliver, learns from the result, and lets others have their turn.
    /// No reply: the transport or the destination is suspended, from before or from now on.
    using MakeRequest = std::function<service::DeliveryRequest()>;
    Task<Delivered> run(MakeRequest make_request);

private:
    const std::optional<Suspension>& suspension() const noexcept;
    void end();

    Transport& transport_;
    Destination& destination_;
    bool is_under_way_ = false;  // it has had its turn
};

class Delivery::Turn {
public:
    Turn(Delivery& delivery, const std::string& message)
        : delivery_(delivery), message_(message) {}
    bool await_ready() const noexcept { return delivery_.suspension().has_value(); }
    void await_suspend(std::coroutine_handle<> handle);
    void await_resume() const noexcept { delivery_.is_under_way_ = has_waited_; }

private:
    Delivery& delivery_;
    const std::string& message_;
    event::Waiter waiter_;
    bool has_waited_ = false;
};

inline Delivery::Turn Delivery::turn(const std::string& message) { return {*this, message}; }

class Scheduler {
public:
    Scheduler(const Settings& settings, event::Loop& loop, event::TaskGroup& tasks, const Log& log)
        : settings_(settings), loop_(loop), tasks_(tasks), log_(log) {}

    /// Made when it is first asked for.
    Transport& transport(const std::string& name);
    void resume_all();
    /// Of all destinations that which has the most deliveries.
    struct Load {
        std::string transport, destination;
        std::size_t deliveries = 0, in_use = 0;
        bool is_suspended = false;
    };
    Load heaviest_load() const;
    /// Recipients to read of a message before it is known which transports it needs
    /// (qmgr_message_recipient_minimum and _limit).
    std::size_t first_batch() const noexcept;

private:
    const Settings& settings_;
    event::Loop& loop_;
    event::TaskGroup& tasks_;
    const Log& log_;
    std::size_t recipients_ = 0;  // in memory
    std::map<std::string, std::unique_ptr<Transport>> transports_;
};

}  // namespace postern::qmgr
