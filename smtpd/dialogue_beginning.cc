// The beginning of a conversation: who the client is, what it may, and the greeting.
#include "lib/base/strings.h"
#include "lib/mail/proxy_header.h"
#include "smtpd/client_names.h"
#include "smtpd/dialogue.h"
#include "smtpd/lists.h"
#include "smtpd/milter_events.h"
#include "smtpd/milters.h"
#include "smtpd/rates.h"
#include "smtpd/rules/due_lists.h"
#include "smtpd/tls.h"

namespace postern::smtpd {

/// Who really connects, where a proxy stands before us (smtpd_upstream_proxy_protocol).
Task<bool> Dialogue::take_proxy_header() {
    const Deadline until = session_.house.loop.in(session_.settings().smtpd_upstream_proxy_timeout);
    for (std::size_t least = 1;;) {
        auto input = co_await stream_.peek(least, until);
        auto header = input ? mail::parse_proxy_header(*input)
                            : Result<std::optional<mail::ProxyHeader>>(input.error());
        if (!header) {
            session_.reporter.log().warning("haproxy read: {}", header.error().text.empty()
                                                                    ? "timeout or lost connection"
                                                                    : header.error().text);
            co_await say(
                reply(421, "4.3.0", session_.settings().myhostname + " Server local error"));
            co_return false;
        }
        if (!*header) {
            least = input->size() + 1;
            continue;
        }
        stream_.consume((*header)->size);
        if (!(*header)->has_addresses) co_return true;
        peer_ = (*header)->client;
        session_.client = client_at(peer_);
        session_.local = (*header)->server;
        co_return true;
    }
}

Task<bool> Dialogue::begin() {
    if (session_.settings().is_behind_haproxy && !co_await take_proxy_header()) co_return false;
    co_await find_names();
    session_.reporter.report(report::ClientConnected{session_.client.peer()});
    const auto exempt = co_await session_.house.lists.smtpd_forbid_bare_newline_exclusions.has(
        session_.client.name, session_.client.address);
    session_.is_bare_newline_exempt = exempt && *exempt;
    co_await find_privileges();
    stream_.wipe_after_use(session_.house.authentication != nullptr);
    if (session_.house.tls && session_.house.tls->comes_first() && !co_await wrap())
        co_return false;
    co_return co_await greet();
}

/// smtpd_tls_wrappermode: the handshake comes before all else.
Task<bool> Dialogue::wrap() {
    if (co_await session_.house.rates.limit_tls(session_)) co_return false;
    if (!co_await shake_hands()) co_return false;
    auto no = session_.house.tls->refuse_client(session_);
    const bool is_welcome = !no;
    if (no) co_await say(std::move(*no));
    co_return is_welcome;
}

/// What the client is offered beyond others.
Task<void> Dialogue::find_privileges() {
    const Lists& lists = session_.house.lists;
    const Client& client = session_.client;
    auto xclient = co_await lists.smtpd_authorized_xclient_hosts.has(client.name, client.address);
    session_.may_xclient = xclient && *xclient && !session_.house.stand_alone;
    auto xforward = co_await lists.smtpd_authorized_xforward_hosts.has(client.name, client.address);
    session_.may_xforward = xforward && *xforward && !session_.house.stand_alone;
    auto verp = co_await lists.smtpd_authorized_verp_clients.has(client.name, client.address);
    session_.may_xverp = verp && *verp;
    session_.discarded_keywords = session_.settings().smtpd_discard_ehlo_keywords;
    if (lists.smtpd_discard_ehlo_keyword_address_maps.empty()) co_return;
    auto found = co_await lists.smtpd_discard_ehlo_keyword_address_maps.find(client.address);
    if (found && *found) {
        session_.discarded_keywords.clear();
        for (const std::string_view keyword : split(**found))
            session_.discarded_keywords.push_back(lower(keyword));
    }
}

Task<void> Dialogue::find_names() {
    if (!session_.settings().smtpd_peername_lookup || !peer_.is_ip()) co_return;
    auto found = co_await session_.house.names.find(peer_);
    if (!found.warning.empty()) session_.reporter.log().warning("{}", found.warning);
    Client& client = session_.client;
    client.name = std::move(found.name);
    client.name_status = found.name_status;
    client.reverse_name = std::move(found.reverse_name);
    client.reverse_name_status = found.reverse_name_status;
}

/// The session goes on as that of another client (XCLIENT).
Task<void> Dialogue::greet_again() {
    session_.is_rate_limited.reset();
    co_await find_privileges();
    if (!session_.settings().smtpd_delay_reject)
        session_.refusal = co_await check_connection(session_);
    std::ignore = co_await ask_milters_of_client();   // they say it again when a command asks
}

/// Which of our addresses the client has; only what tells others asks.
void Dialogue::find_our_side() {
    if (!session_.local.is_ip()) session_.local = event::SocketAddress::of_local(stream_.fd());
}

/// The milters of this client, in a session of their own.
Task<std::optional<Reply>> Dialogue::ask_milters_of_client() {
    session_.milters.reset();
    if (session_.house.milters && session_.settings().uses_milters)
        session_.milters = co_await session_.house.milters->of(session_);
    if (session_.milters) find_our_side();
    co_return co_await milter_event::connect(session_);
}

Task<bool> Dialogue::greet() {
    if (auto no = co_await session_.house.rates.count_connection(session_)) {
        co_await say(std::move(*no));
        co_return false;
    }
    if (!session_.settings().smtpd_delay_reject) {
        find_our_side();
        session_.refusal = co_await check_connection(session_);
    }
    const auto refused = co_await ask_milters_of_client();
    Reply welcome =
        session_.refusal ? *session_.refusal : reply(220, "", session_.settings().smtpd_banner);
    // What milters have said of the client holds for all that it asks for; here it is a hint.
    if (refused && refused->is_permanent())
        welcome =
            reply(554, "", session_.settings().myhostname + " ESMTP not accepting connections");
    if (refused && refused->code == 421)
        welcome = reply(421, "", session_.settings().myhostname + " Service unavailable - try again later");
    co_await say(std::move(welcome));
    co_return session_.next != Session::Next::bye;
}

}  // namespace postern::smtpd
