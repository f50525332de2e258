// Who is delivered next: per transport, per destination, per message.
//
// A destination has at most as many deliveries under way as its window allows. Within a transport,
// destinations that have room take turns; within a destination, messages take turns, and the pieces
// of one message follow each other. So neither a destination with a million messages nor a message
// with a million recipients holds up the others.
#pragma once

#include "lib/base/log.h"
#include "lib/event/group.h"
#include "lib/service/client.h"
#include "lib/service/delivery.h"
#include "qmgr/settings.h"
#include "qmgr/window.h"

#include <deque>
#include <list>
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
class Destination {
public:
    Destination(Transport& transport, std::string name);

    const std::string& name() const noexcept { return name_; }
    bool has_room() const noexcept;
    bool is_idle() const noexcept { return in_use_ == 0 && waiting_ == 0; }
    const std::optional<Suspension>& suspension() const noexcept { return suspension_; }

private:
    friend class Transport;
    struct Line {
        std::string message;  // a queue id
        event::LinkedList<event::Waiter> deliveries;
    };
    void enqueue(const std::string& message, event::Waiter& waiter);
    /// Of the message whose turn it is. Something must be waiting.
    event::Waiter& dequeue();

    Transport& transport_;
    const std::string name_;
    Window window_;
    std::size_t in_use_ = 0;
    std::size_t waiting_ = 0;
    std::list<Line> lines_;  // messages, in turn
    std::unordered_map<std::string, Line*> line_of_;
    std::optional<Suspension> suspension_;
    Monotonic not_before_{};  // destination_rate_delay
    bool is_listed_ = false;  // among the ready ones of its transport
};

class Transport : private event::TurnEnd {
public:
    Transport(std::string name, TransportSettings settings, const Settings& all, event::Loop& loop,
              event::TaskGroup& tasks, const Log& log);

    const std::string& name() const noexcept { return name_; }
    const TransportSettings& settings() const noexcept { return settings_; }
    const std::optional<Suspension>& suspension() const noexcept { return suspension_; }
    Destination& destination(const std::string& name);

    /// Waits for its turn, has the agent deliver, and learns from the result. Error: the
    /// transport or the destination is suspended, from before or from now on.
    struct Delivered {
        std::optional<service::DeliveryReply> reply;
        Suspension suspension;  ///< without a reply
    };
    Task<Delivered> deliver(Destination& destination, service::DeliveryRequest request);

    /// Forgets that it and its destinations are dead (postqueue -f).
    void resume();
    bool is_idle() const noexcept { return in_use_ == 0; }

private:
    class Turn;
    friend class Destination;
    Task<void> wait_for_turn(Destination& destination, const std::string& message);
    bool has_capacity() const;
    void list(Destination& destination);
    void start_next();
    void release(Destination& destination);
    void learn(Destination& destination, const Result<service::DeliveryReply>& reply);
    void suspend(Suspension why);
    void suspend(Destination& destination, Suspension why);
    void turn_away(Destination& destination);
    Task<void> lift_later(std::string destination, seconds after);
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
    std::deque<Destination*> ready_;  // have room and something waiting
    std::size_t in_use_ = 0;
};

class Scheduler {
public:
    Scheduler(const Settings& settings, event::Loop& loop, event::TaskGroup& tasks, const Log& log)
        : settings_(settings), loop_(loop), tasks_(tasks), log_(log) {}

    /// Error: the transport's parameters are wrong.
    Result<Transport*> transport(const std::string& name);
    void resume_all();

private:
    const Settings& settings_;
    event::Loop& loop_;
    event::TaskGroup& tasks_;
    const Log& log_;
    std::map<std::string, std::unique_ptr<Transport>> transports_;
};

}  // namespace postern::qmgr
