// Which delivery of a transport is next (SCHEDULER_README, "Preemptive scheduling").
//
// A job is what one message has to be delivered by one transport: deliveries, by destination. Jobs
// are served in the order in which their messages came; within a job, destinations take turns. A
// job whose destinations are all busy is passed over, so neither a slow destination nor a message
// with a million recipients holds up the others:
//
// - For every `cost` deliveries that a job has had, it owes one delivery slot. A later job that needs
//   no more slots than that is served first, and the slots count as used. Of several, the one with
//   the most age for each of its deliveries is chosen, among all that the current job can ever pay
//   for, so that small jobs do not starve middling ones.
// - It need not wait until all slots are there: `discount` percent and `loan` slots are lent.
// - A job that can never owe `minimum` slots is not interrupted.
#pragma once

#include "lib/base/clock.h"
#include "lib/event/loop.h"

#include <compare>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace postern::qmgr {

/// Something that takes a bounded number of deliveries at once.
class Room {
public:
    virtual bool has_room() const = 0;

protected:
    ~Room() = default;
};

/// TRANSPORT_delivery_slot_cost, TRANSPORT_minimum_delivery_slots ...
struct SlotSettings {
    std::size_t cost = 5;  ///< below 2: nobody is served out of turn
    std::size_t minimum = 3;
    std::size_t discount = 50;  ///< percent
    std::size_t loan = 3;
};

class JobList {
public:
    explicit JobList(SlotSettings slots) : slots_(slots) {}

    /// A delivery of the message waits. `destination` and `delivery` outlive the wait.
    void add(const std::string& message, const Room& destination, event::Waiter& delivery,
             Monotonic now);
    /// So many recipients of the message have not been read yet; any of them may become ours.
    void set_unread(const std::string& message, std::size_t recipients);

    struct Turn {
        const Room& destination;
        event::Waiter& delivery;
    };
    /// The next delivery to a destination that has room; it waits no more. The caller counts it
    /// against the destination, and then says whether that has room still.
    std::optional<Turn> next(Monotonic now);
    /// The destination has room (again).
    void has_room(const Room& destination);
    /// One that waits for the destination, whether that has room or not; null when none does.
    event::Waiter* take(const Room& destination);

    bool is_waiting(const Room& destination) const { return destinations_.contains(&destination); }
    bool has_ready() const noexcept { return !ready_.empty(); }
    std::size_t size() const noexcept { return jobs_.size(); }

private:
    /// Jobs served out of turn stand in front of the one that they interrupted, the last one first.
    struct Place {
        std::uint64_t arrival = 0;
        std::int64_t interruption = 0;  ///< 0, -1, -2 ...
        friend auto operator<=>(const Place&, const Place&) = default;
    };
    struct Peer {
        const Room* destination;
        event::LinkedList<event::Waiter> deliveries;
    };
    struct Job {
        const std::string* message = nullptr;  // its key in jobs_
        Place place;
        Monotonic since;
        std::list<Peer> peers;  // the next in turn first
        std::size_t waiting = 0, unread = 0, served = 0, used_slots = 0;

        std::size_t deliveries() const { return waiting + unread; }
    };
    /// A job's place does not change while it is in one.
    struct Before {
        bool operator()(const Job* a, const Job* b) const { return a->place < b->place; }
    };
    using InOrder = std::set<Job*, Before>;

    Job& job_of(const std::string& message, Monotonic now);
    static std::list<Peer>::iterator peer_with_room(Job& job);
    Turn serve(Job& job, std::list<Peer>::iterator peer);
    event::Waiter& take_from(Job& job, std::list<Peer>::iterator peer);
    Job* worth_interrupting_for(const Job& current, Monotonic now);
    Job* best_candidate(const Job& current, std::size_t slots);
    bool can_pay(const Job& current, const Job& other) const;
    void put_in_front(Job& job, Job& current);
    void put_at(Job& job, Place place);
    void end_if_done(Job& job);

    const SlotSettings slots_;
    std::unordered_map<std::string, Job> jobs_;
    InOrder order_, ready_;  // all; and those that may have a delivery to a destination with room
    std::unordered_map<const Room*, InOrder> destinations_;  // the jobs that wait for each
    std::uint64_t arrivals_ = 0;
    std::int64_t interruptions_ = 0;
    Monotonic next_search_{};
};

}  // namespace postern::qmgr
