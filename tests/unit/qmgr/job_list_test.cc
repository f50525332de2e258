#include "qmgr/job_list.h"

#include <catch2/catch.hpp>

#include <deque>
#include <map>

namespace postern::qmgr {
namespace {

struct FakeRoom final : Room {
    explicit FakeRoom(std::size_t places = 1000) : window(places) {}
    bool has_room() const override { return in_use < window; }
    std::size_t window, in_use = 0;
};

/// Jobs named by one letter; says in what order they are served.
struct Lab {
    explicit Lab(SlotSettings slots) : list(slots) {}

    void add(char job, int deliveries, FakeRoom& to) {
        for (int i = 0; i < deliveries; ++i) {
            waiters.emplace_back();
            names[&waiters.back()] = job;
            list.add(std::string(1, job), to, waiters.back(), now);
        }
        now += std::chrono::seconds(1);
    }
    std::string serve(int most = 1000) {
        std::string order;
        for (; most > 0; --most) {
            auto turn = list.next(now);
            if (!turn) break;
            auto& room = const_cast<FakeRoom&>(static_cast<const FakeRoom&>(turn->destination));
            ++room.in_use;
            if (room.has_room()) list.has_room(room);
            order += names[&turn->delivery];
        }
        return order;
    }
    void end_one(FakeRoom& room) {
        --room.in_use;
        list.has_room(room);
    }

    std::deque<event::Waiter> waiters;
    std::map<const event::Waiter*, char> names;
    JobList list;
    Monotonic now{};
};

constexpr SlotSettings fifo{.cost = 0};
constexpr SlotSettings eager{.cost = 2, .minimum = 1, .discount = 0, .loan = 0};

}  // namespace

TEST_CASE("jobs are served in the order in which they came", "[qmgr]") {
    Lab lab(fifo);
    FakeRoom relay;
    lab.add('a', 3, relay);
    lab.add('b', 2, relay);
    lab.add('c', 1, relay);
    CHECK(lab.serve() == "aaabbc");
    CHECK(lab.list.size() == 0);
}

TEST_CASE("destinations of one job take turns", "[qmgr]") {
    Lab lab(fifo);
    FakeRoom one, other;
    lab.add('a', 2, one);
    lab.add('a', 2, other);
    const auto first = lab.list.next(lab.now);
    const auto second = lab.list.next(lab.now);
    CHECK(&first->destination != &second->destination);
}

TEST_CASE("a job whose destination is busy is passed over until it is free", "[qmgr]") {
    Lab lab(fifo);
    FakeRoom slow(1), fast;
    lab.add('a', 3, slow);
    lab.add('b', 2, slow);
    lab.add('c', 2, fast);
    CHECK(lab.serve() == "acc");
    lab.end_one(slow);
    CHECK(lab.serve() == "a");
    lab.end_one(slow);
    CHECK(lab.serve() == "a");
    lab.end_one(slow);
    CHECK(lab.serve() == "b");
}

TEST_CASE("a thousand jobs behind a busy destination do not hold up another one", "[qmgr]") {
    Lab lab(fifo);
    FakeRoom dead(0), fine;
    for (int i = 0; i < 1000; ++i) lab.list.add("m" + std::to_string(i), dead, lab.waiters.emplace_back(), lab.now);
    lab.add('b', 1, fine);
    CHECK(lab.serve() == "b");
}

TEST_CASE("a small job slips by a large one, which owes a slot for every second delivery",
          "[qmgr]") {
    Lab lab(eager);
    FakeRoom relay;
    lab.add('a', 10, relay);
    lab.add('b', 2, relay);
    lab.add('c', 2, relay);
    CHECK(lab.serve() == "aaaabbaaaaccaa");
}

TEST_CASE("half of the slots may be lent", "[qmgr]") {
    SlotSettings lent = eager;
    lent.discount = 50;
    Lab lab(lent);
    FakeRoom relay;
    lab.add('a', 10, relay);
    lab.add('b', 2, relay);
    lab.add('c', 2, relay);
    CHECK(lab.serve() == "aabbaaaaccaaaa");
}

TEST_CASE("a job that can never owe the minimum is not interrupted", "[qmgr]") {
    SlotSettings high = eager;
    high.minimum = 6;
    Lab lab(high);
    FakeRoom relay;
    lab.add('a', 10, relay);
    lab.add('b', 1, relay);
    CHECK(lab.serve() == "aaaaaaaaaab");
}

TEST_CASE("recipients that are not read yet count as deliveries to come", "[qmgr]") {
    Lab lab(eager);
    FakeRoom relay;
    lab.add('a', 4, relay);
    lab.add('b', 1, relay);
    lab.list.set_unread("b", 100);  // too large for what a can pay
    CHECK(lab.serve(5) == "aaaab");
    lab.list.set_unread("b", 0);
    CHECK(lab.list.size() == 0);
}

TEST_CASE("whoever waits for a destination can be taken out, whatever room it has", "[qmgr]") {
    Lab lab(fifo);
    FakeRoom dead(0);
    lab.add('a', 2, dead);
    CHECK(lab.list.take(dead) != nullptr);
    CHECK(lab.list.take(dead) != nullptr);
    CHECK(lab.list.take(dead) == nullptr);
    CHECK_FALSE(lab.list.is_waiting(dead));
    CHECK(lab.list.size() == 0);
}

}  // namespace postern::qmgr
