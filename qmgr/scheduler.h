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

    /// Waits for its turn, has the agent deliver, and learns from the result. Error: the
    /// transport or the destination is suspended, from before or from now on. The request is made
    /// when its turn has come: twenty thousand messages may wait, and need not hold it.
    using MakeRequest = std::function<service::DeliveryRequest()>;
    struct Delivered {
        std::optional<service::DeliveryReply> reply;
        Suspension suspension;   ///< without a reply
        bool was_tried = false;  ///< and it is this delivery that found out
    };
    Task<Delivered> deliver(Destination& destination, std::string message,
                            MakeRequest make_request);
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
    class Turn;
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
