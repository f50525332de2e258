// The way of a client; see the header.
#include "services/postscreen/screening.h"

#include "lib/base/escapes.h"
#include "lib/mail/proxy_header.h"
#include "lib/service/passed_client.h"
#include "services/postscreen/dialogue.h"
#include "services/postscreen/early_tests.h"
#include "services/postscreen/replies.h"

#include <sys/socket.h>

#include <algorithm>

namespace postern::postscreen {

namespace {

using report::ConnectionRefused;
using Verdict = report::ClientJudged::Verdict;

/// Of either version of the protocol.
constexpr std::size_t longest_header = 16384;
constexpr std::size_t shown_header = 100;
constexpr seconds flush_time{10};

class Screening {
public:
    Screening(const House& house, service::Session accepted, Reporter reporter)
        : visit_(house, std::move(accepted), reporter) {}
    Task<void> run();

private:
    Result<std::string> look() const;
    Result<std::optional<mail::ProxyHeader>> find_proxy_header() const;
    Task<bool> take_proxy_header();
    Task<void> decide();
    Task<void> refuse(ConnectionRefused::Reason reason, Reply told);
    Task<bool> deny();
    Task<void> recall();
    Task<void> find_veto();
    Task<void> test();
    bool has_early_tests() const;
    Task<void> remember();
    Task<void> hand_over();

    Visit visit_;
};

/// What has come, and stays with the socket; "" when nothing has. Error: closed.
Result<std::string> Screening::look() const {
    std::string input(longest_header, '\0');
    const ssize_t got = ::recv(visit_.stream().fd(), input.data(), input.size(), MSG_PEEK | MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return Error{Errc::closed, "EOF"};
    input.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return input;
}

Result<std::optional<mail::ProxyHeader>> Screening::find_proxy_header() const {
    auto input = look();
    if (!input) return input.error();
    if (input->empty()) return std::optional<mail::ProxyHeader>();
    auto header = mail::parse_proxy_header(*input);
    if (header) return header;
    return permanent(header.error().text + ": " + escaped(std::string_view(*input).substr(0, shown_header)));
}

/// Who really connects, where a proxy stands before us. What follows its header is left for whoever
/// will speak with the client.
Task<bool> Screening::take_proxy_header() {
    const Deadline until = visit_.house.loop.in(visit_.settings().upstream_proxy_timeout);
    auto header = find_proxy_header();
    while (header && !*header) {
        auto more = co_await visit_.stream().readable(until);
        if (!more && more.error().code == Errc::timeout)
            header = Error{Errc::timeout, "time limit exceeded"};
        else
            header = find_proxy_header();
    }
    if (!header) {
        visit_.reporter.log().warning("haproxy read: {}", header.error().text);
        co_return false;
    }
    std::string consumed((*header)->size, '\0');
    std::ignore = ::recv(visit_.stream().fd(), consumed.data(), consumed.size(), MSG_DONTWAIT);   // it is there
    if (!(*header)->has_addresses) co_return true;
    visit_.client = (*header)->client;
    visit_.server = (*header)->server;
    visit_.client_address = visit_.client.host();
    visit_.server_address = visit_.server.host();
    co_return true;
}

Task<void> Screening::refuse(ConnectionRefused::Reason reason, Reply told) {
    visit_.reporter.report(ConnectionRefused{visit_.client_endpoint(), reason});
    co_await part(visit_, std::move(told));
    visit_.report(Verdict::disconnect);
}

Task<void> Screening::run() {
    if (visit_.settings().is_behind_haproxy && !co_await take_proxy_header()) {
        co_await part(visit_, reply(421, "4.3.2", "No system resources"));
        co_return;
    }
    visit_.reporter.report(
        report::ClientScreened{visit_.client_endpoint(), visit_.server_endpoint()});
    Crowd& crowd = visit_.house.crowd;
    const Crowd::Connection connection(crowd, visit_.client_address);
    const std::size_t limit = visit_.settings().client_connection_count_limit;
    if (limit > 0 && connection.of_client() > limit) {
        co_await refuse(ConnectionRefused::Reason::too_many_connections,
                        reply(421, "4.7.0", "Error: too many connections"));
    } else if (crowd.waiting_for_server >= visit_.settings().post_queue_limit) {
        co_await refuse(ConnectionRefused::Reason::server_ports_busy,
                        reply(421, "4.3.2", "All server ports are busy"));
    } else {
        co_await decide();
    }
}

Task<void> Screening::decide() {
    const Access access = co_await visit_.house.lists.access().judge(visit_.client_address);
    if (access == Access::permit) {
        visit_.report(Verdict::allowlisted);
        co_await hand_over();
        co_return;
    }
    if (access == Access::reject && !co_await deny()) co_return;
    co_await recall();
    const bool has_tests = std::ranges::any_of(visit_.settings().tests, &TestSettings::is_enabled);
    if (visit_.has_passed_all() && !visit_.has_failed && has_tests) {
        visit_.report(Verdict::pass_old);
        co_await hand_over();
        co_return;
    }
    co_await find_veto();
    Crowd& crowd = visit_.house.crowd;
    if (crowd.under_test + 1 >= visit_.settings().pre_queue_limit) {
        co_await refuse(ConnectionRefused::Reason::screening_ports_busy,
                        reply(421, "4.3.2", "All screening ports are busy"));
        co_return;
    }
    co_await test();
}

/// False: dropped.
Task<bool> Screening::deny() {
    visit_.report(Verdict::denylisted);
    const Reply consequence = reply(550, "5.3.2", "Service currently unavailable");
    if (!visit_.fail(visit_.settings().denylist_action, consequence)) co_return true;
    co_await part(visit_, *visit_.refusal);
    visit_.report(Verdict::disconnect);
    co_return false;
}

/// What earlier visits have shown, and what is still to do.
Task<void> Screening::recall() {
    const auto known = co_await visit_.house.cache.find(visit_.client_address);
    const auto record = known ? ClientRecord::parse(*known) : std::nullopt;
    // Who is denied by the permanent list gains nothing by the temporary one.
    if (record && !visit_.has_failed) visit_.record = *record;
    for (std::size_t i = 0; i < test_count; ++i) {
        const auto test = static_cast<Test>(i);
        const bool is_enabled = visit_.settings().of(test).is_enabled;
        visit_.is_pending[i] = is_enabled && !visit_.record.is_passed(test, visit_.now());
        if (!is_enabled && !visit_.record.was_passed(test))
            visit_.record.set(test, ClientRecord::not_enabled);
        else if (is_enabled && !visit_.record.was_passed(test))
            visit_.record.set(test, ClientRecord::never);
    }
}

Task<void> Screening::find_veto() {
    auto welcome = co_await visit_.house.lists.allowlist_interfaces.has("", visit_.server_address);
    if (!welcome)
        visit_.reporter.log().warning("postscreen_allowlist_interfaces: {}", welcome.error().text);
    visit_.is_vetoed = welcome && !*welcome;
    if (visit_.is_vetoed) visit_.report(Verdict::allowlist_veto);
}

bool Screening::has_early_tests() const {
    return visit_.is_to_do(Test::pregreet) || visit_.is_to_do(Test::dnsbl);
}

Task<void> Screening::test() {
    std::optional<Crowd::Place> place;
    place.emplace(visit_.house.crowd, visit_.house.crowd.under_test);
    const bool is_here = !has_early_tests() || co_await test_before_greeting(visit_);
    const bool has_deep_tests = std::ranges::any_of(
        deep_tests, [&](Test test) { return visit_.is_to_do(test); });
    const bool goes_on = is_here && !visit_.refusal && !visit_.is_vetoed && !has_deep_tests;
    if (is_here && !goes_on) co_await converse(visit_);
    co_await remember();
    if (goes_on) {
        place.reset();
        co_await hand_over();
        co_return;
    }
    // The last reply; who does not take it has gone.
    std::ignore = co_await visit_.stream().flush(visit_.house.loop.in(flush_time));
    visit_.report(Verdict::disconnect);
}

/// What the client has shown this time, unless it failed or is to learn nothing here.
Task<void> Screening::remember() {
    if (visit_.has_failed || visit_.is_vetoed || !visit_.is_improved) co_return;
    if (visit_.has_passed_all()) {
        // It may have passed in another session meanwhile.
        const auto stored = co_await visit_.house.cache.find(visit_.client_address);
        const auto record = stored ? ClientRecord::parse(*stored) : std::nullopt;
        bool was_known = record.has_value();
        for (std::size_t i = 0; i < test_count; ++i)
            if (was_known && visit_.settings().tests[i].is_enabled)
                was_known = record->was_passed(Test(i));
        visit_.report(was_known ? Verdict::pass_old : Verdict::pass_new);
    }
    co_await visit_.house.cache.put(visit_.client_address, visit_.record.text());
}

Task<void> Screening::hand_over() {
    const Crowd::Place place(visit_.house.crowd, visit_.house.crowd.waiting_for_server);
    const Settings& settings = visit_.settings();
    // A banner on its way goes out before smtpd's.
    std::ignore = co_await visit_.stream().flush(visit_.house.loop.in(flush_time));
    auto passed = co_await service::pass_client(
        visit_.house.loop, settings.smtpd_service, visit_.stream().fd(),
        service::passed_client(visit_.client, visit_.server), Deadline::never());
    if (passed) co_return;
    visit_.reporter.log().warning("cannot connect to service {}", passed.error().text);
    co_await part(visit_, reply(421, "4.3.2", "All server ports are busy"));
}

}  // namespace

Task<void> screen(const House& house, service::Session accepted, Reporter reporter) {
    Screening screening(house, std::move(accepted), reporter);
    co_await screening.run();
}

bool is_of_use(const Settings& settings, std::string_view value, std::int64_t now) {
    const auto record = ClientRecord::parse(value);
    if (!record) return false;
    // The test that is over first has to be repeated; another that holds for a month is not worth
    // the place of a client that never came back.
    std::optional<std::int64_t> first_over;
    for (std::size_t i = 0; i < test_count; ++i)
        if (settings.tests[i].is_enabled && record->was_passed(Test(i)))
            first_over = std::min(first_over.value_or(record->until(Test(i))), record->until(Test(i)));
    return first_over && *first_over + settings.cache_retention_time.count() >= now;
}

}  // namespace postern::postscreen
