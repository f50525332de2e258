// ETRN (RFC 1985): mail for a site is to be tried now.
#include "lib/base/strings.h"
#include "lib/service/flush.h"
#include "smtpd/address_book.h"
#include "smtpd/rules/due_lists.h"

#include <fmt/format.h>

namespace postern::smtpd::verb {

namespace {

Reply flushed(const std::string& site, const Result<service::Flushed>& answer) {
    using service::FlushStatus;
    if (!answer)
        return reply(458, "", fmt::format("Unable to queue messages for site \"{}\"", site));
    switch (answer->status) {
        case FlushStatus::done:
            return reply(250, "", "Queuing started");
        case FlushStatus::not_eligible:
            return reply(459, "", fmt::format("<{}>: service unavailable", site));
        case FlushStatus::busy:
        case FlushStatus::failed:
            break;
    }
    return reply(458, "", fmt::format("<{}>: service unavailable", site));
}

Task<Reply> flush(Session& session, std::string site) {
    if (const StandAlone* alone = session.house.stand_alone; alone && !alone->has_access_control) {
        session.reporter.log().warning("do not use ETRN in \"sendmail -bs\" mode");
        co_return reply(458, "", "Unable to queue messages");
    }
    if (auto no = co_await check_etrn(session, site)) co_return *no;
    co_return flushed(
        site, co_await session.house.flush.call(
                  service::FlushSite{site}, session.house.loop.in(session.settings().ipc_timeout)));
}

}  // namespace

Answer<Reply> etrn(Session& session, std::string_view arguments) {
    if (session.settings().smtpd_helo_required && session.helo.empty())
        return reply(503, "", "Error: send HELO/EHLO first");
    if (session.mail) return reply(503, "", "Error: MAIL transaction in progress");
    const auto words = split(arguments, " \t");
    if (words.size() != 1) return reply(500, "", "Syntax: ETRN domain");
    std::string_view site = words[0];
    if (site.starts_with('@') || site.starts_with('#')) site.remove_prefix(1);
    if (!is_plain_domain(site)) return reply(501, "", "Error: invalid parameter syntax");
    return flush(session, std::string(site));
}

}  // namespace postern::smtpd::verb
