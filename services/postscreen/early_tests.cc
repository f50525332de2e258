// Tests before the greeting; see the header.
#include "services/postscreen/early_tests.h"

#include "lib/base/strings.h"
#include "lib/event/condition.h"
#include "lib/event/group.h"
#include "services/postscreen/replies.h"

#include <fmt/format.h>
#include <sys/socket.h>

namespace postern::postscreen {

namespace {

/// So much of what a client says too early is looked at.
constexpr std::size_t longest_early_input = 4096;

class EarlyTests {
public:
    explicit EarlyTests(Visit& visit)
        : visit_(visit),
          began_(visit.house.loop.now()),
          until_(visit.house.loop.in(visit.timing().greet_wait)),
          news_(visit.house.loop),
          watchers_(visit.house.loop) {}

    Task<bool> run();

private:
    enum class Saw { nothing, input, end };

    Task<void> watch_client();
    Saw look();
    Task<void> ask(const BlockList& list);
    bool is_allowlisted() const;
    bool is_decided() const;
    Task<bool> judge_input();
    Task<bool> judge_rank();
    void hung_up() const;
    microseconds elapsed() const;

    Visit& visit_;
    const Monotonic began_;
    const Deadline until_;
    std::string input_;   // stays with the socket: smtpd reads it, too
    bool is_gone_ = false, has_judged_input_ = false;
    std::size_t unanswered_ = 0;
    Rank rank_;
    event::Condition news_;
    event::TaskGroup watchers_;   // first to end
};

microseconds EarlyTests::elapsed() const {
    return std::chrono::duration_cast<microseconds>(visit_.house.loop.now() - began_);
}

EarlyTests::Saw EarlyTests::look() {
    input_.resize(longest_early_input);
    const ssize_t got = ::recv(visit_.stream().fd(), input_.data(), input_.size(),
                               MSG_PEEK | MSG_DONTWAIT);
    const bool is_silent = got < 0 && (errno == EAGAIN || errno == EINTR);
    input_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (is_silent) return Saw::nothing;
    return got > 0 ? Saw::input : Saw::end;
}

Task<void> EarlyTests::watch_client() {
    Saw saw = look();
    while (saw == Saw::nothing) {
        auto ready = co_await visit_.stream().readable(until_);
        if (!ready && ready.error().code == Errc::timeout) co_return;
        saw = look();
        if (!ready && saw == Saw::nothing) saw = Saw::end;
    }
    is_gone_ = saw == Saw::end;
    news_.notify_all();
}

Task<void> EarlyTests::ask(const BlockList& list) {
    auto answer = co_await visit_.house.dnsblog.call(
        service::AskList{list.domain, visit_.client_address},
        visit_.house.loop.in(visit_.settings().dnsbl_timeout));
    if (answer) rank_.add(list, *answer);
    else visit_.reporter.log().warning("{}: {}", list.domain, answer.error().text);
    --unanswered_;
    news_.notify_all();
}

bool EarlyTests::is_allowlisted() const {
    const auto threshold = visit_.settings().dnsbl_allowlist_threshold;
    return threshold < 0 && rank_.total() <= threshold && !visit_.has_failed && input_.empty();
}

/// Nothing that is still to come changes anything.
bool EarlyTests::is_decided() const {
    if (is_gone_) return true;
    const bool listens = visit_.is_to_do(Test::pregreet) && input_.empty();
    if (unanswered_ > 0) return false;
    return !listens || is_allowlisted();
}

void EarlyTests::hung_up() const {
    visit_.reporter.report(report::HungUp{visit_.client_endpoint(), elapsed(), false});
}

/// False: dropped.
Task<bool> EarlyTests::judge_input() {
    has_judged_input_ = true;
    visit_.reporter.report(
        report::SpokeTooEarly{visit_.client_endpoint(), input_.size(), elapsed(), input_});
    const Action action = visit_.settings().of(Test::pregreet).action;
    if (!visit_.fail(action, reply(550, "5.5.1", "Protocol error"))) co_return true;
    co_await part(visit_, *visit_.refusal);
    co_return false;
}

/// The list's name as clients may know it.
Task<std::string> shown_name(const Visit& visit, std::string domain) {
    const auto& maps = visit.house.lists.dnsbl_reply_map;
    if (maps.empty()) co_return domain;
    auto found = co_await maps.find(domain);
    if (found && *found) co_return std::move(**found);
    if (!found)
        visit.reporter.log().warning("postscreen_dnsbl_reply_map: {}", found.error().text);
    co_return domain;
}

Task<bool> EarlyTests::judge_rank() {
    const Settings& settings = visit_.settings();
    if (rank_.total() < settings.dnsbl_threshold) {
        visit_.pass(Test::dnsbl, rank_.ttl(settings.dnsbl_min_ttl, settings.dnsbl_max_ttl));
        co_return true;
    }
    visit_.reporter.report(report::BlockListRanked{rank_.total(), visit_.client_endpoint()});
    const std::string name = co_await shown_name(visit_, rank_.heaviest_domain());
    const std::string text = fmt::format("Service unavailable; client [{}] blocked using {}",
                                         visit_.client_address, name);
    if (!visit_.fail(settings.of(Test::dnsbl).action, reply(550, "5.7.1", text))) co_return true;
    co_await part(visit_, *visit_.refusal);
    co_return false;
}

Task<bool> EarlyTests::run() {
    const Settings& settings = visit_.settings();
    const bool asks = visit_.is_to_do(Test::dnsbl);
    if (asks) {
        unanswered_ = visit_.house.lists.block_lists.size();
        for (const BlockList& list : visit_.house.lists.block_lists) watchers_.spawn(ask(list));
    }
    watchers_.spawn(watch_client());
    for (;;) {
        if (!input_.empty() && !has_judged_input_ && visit_.is_to_do(Test::pregreet) &&
            !co_await judge_input())
            co_return false;
        if (is_decided() || !co_await news_.wait(until_)) break;
    }
    if (is_gone_) {
        hung_up();
        co_return false;
    }
    if (asks && is_allowlisted()) {
        const seconds ttl = rank_.ttl(settings.dnsbl_min_ttl, settings.dnsbl_max_ttl);
        for (std::size_t i = 0; i < test_count; ++i)
            if (visit_.record.until(Test(i)) < visit_.now() + ttl.count()) visit_.pass(Test(i), ttl);
        co_return true;
    }
    if (input_.empty() && visit_.is_to_do(Test::pregreet))
        visit_.pass(Test::pregreet, settings.of(Test::pregreet).ttl);
    co_return !asks || co_await judge_rank();
}

}  // namespace

Task<bool> test_before_greeting(Visit& visit) {
    if (visit.is_to_do(Test::pregreet)) {
        visit.stream().write(fmt::format("220-{}\r\n", visit.settings().greet_banner));
        visit.stream().flush_soon();
    }
    EarlyTests tests(visit);
    co_return co_await tests.run();
}

}  // namespace postern::postscreen
