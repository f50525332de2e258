#include "lib/delivery/user_threads.h"

#include <catch2/catch.hpp>
#include <grp.h>

#include <array>

using namespace postern;
using namespace postern::delivery;
using service::Identity;

namespace {

struct Rights {
    uid_t user;
    gid_t group;
    int further_groups;
    friend bool operator==(const Rights&, const Rights&) = default;
};

Rights rights() {
    std::array<gid_t, 64> groups{};
    const int number = ::getgroups(static_cast<int>(groups.size()), groups.data());
    return {::geteuid(), ::getegid(), number};
}

Task<Rights> rights_of_job(UserThreads& threads, Identity user) {
    co_return co_await threads.run_as(user, [] { return rights(); });
}

}  // namespace

TEST_CASE("a job has the rights of its user, whomever its thread acted as before", "[delivery]") {
    if (::geteuid() != 0) return;
    const Rights before = rights();
    postern::event::Loop loop;
    UserThreads threads(loop, 1);
    for (const unsigned user : {65534u, 1u, 1u, 2u, 65534u})
        CHECK(loop.run(rights_of_job(threads, {user, user + 1})) == Rights{user, user + 1, 1});
    CHECK(rights() == before);
}

TEST_CASE("without threads the loop's has the rights of the user for the job only", "[delivery]") {
    if (::geteuid() != 0) return;
    REQUIRE(service::become_for_now({3, 3}));
    postern::event::Loop loop;
    UserThreads threads(loop, 0);
    CHECK(loop.run(rights_of_job(threads, {1, 2})) == Rights{1, 2, 1});
    CHECK(rights() == Rights{3, 3, 1});
    REQUIRE(service::become_for_now({0, 0}));
}

TEST_CASE("started by an ordinary user, jobs have that user's rights", "[delivery]") {
    if (::getuid() == 0) return;
    const Rights before = rights();
    postern::event::Loop loop;
    UserThreads threads(loop, 1);
    CHECK(loop.run(rights_of_job(threads, {1, 1})) == before);
}
