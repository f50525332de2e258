// Replies on their way; see the header.
#include "smtpd/reply_editing.h"

#include "lib/base/strings.h"
#include "lib/config/expansion.h"
#include "lib/report/smtpd_events.h"
#include "smtpd/lists.h"
#include "smtpd/template_value.h"

#include <fmt/format.h>

namespace postern::smtpd {

namespace {

void report_filtered(const Session& session, report::ReplyFiltered::Side side, const Reply& reply) {
    const std::string text = reply.one_line();
    session.reporter.report(
        report::ReplyFiltered{.queue_id = session.queue_id(), .side = side, .reply = text});
}

/// What the filter makes of it: another refusal, and nothing else.
std::optional<Reply> parse_filtered(const std::string& text, const Reply& original) {
    const auto code = parse_number(std::string_view(text).substr(0, 3));
    if (!code || *code < 400 || *code > 599) return std::nullopt;
    return Reply::from_text(text, original);
}

Task<Reply> filtered(const Session& session, Reply original) {
    const auto& maps = session.house.lists.smtpd_reject_filter_maps;
    if (maps.empty()) co_return original;
    const std::string key = original.one_line();
    auto found = co_await maps.find(key);
    if (!found) session.reporter.log().warning("smtpd_reject_filter_maps: {}", found.error().text);
    if (!found || !*found) co_return original;
    auto changed = parse_filtered(**found, original);
    if (!changed) {
        session.reporter.log().warning("smtpd_reject_filter_maps: \"{}\" is no reply 4xx or 5xx",
                                       printable(**found, 200));
        co_return original;
    }
    report_filtered(session, report::ReplyFiltered::Side::in, original);
    report_filtered(session, report::ReplyFiltered::Side::out, *changed);
    co_return std::move(*changed);
}

Task<std::string> footer_template(const Session& session, const Reply& reply) {
    const auto& maps = session.house.lists.smtpd_reject_footer_maps;
    if (!maps.empty()) {
        const std::string key = reply.one_line();
        auto found = co_await maps.find(key);
        if (!found)
            session.reporter.log().warning("smtpd_reject_footer_maps: {}", found.error().text);
        else if (*found)
            co_return std::move(**found);
    }
    co_return session.settings().smtpd_reject_footer;
}

Result<std::string> expand(const Session& session, std::string_view footer) {
    const Client& client = session.client;
    const std::string localtime = syslog_time(session.house.loop.clock().wall());
    const std::string port = std::to_string(client.port);
    const std::pair<std::string_view, std::string_view> values[] = {
        {"client_address", client.address},
        {"client_port", port},
        {"localtime", localtime},
        {"server_name", session.settings().myhostname},
    };
    return config::expand(footer, [&](std::string_view name) -> std::optional<std::string> {
        for (const auto& [known, value] : values)
            if (known == name)
                return template_value(value, session.settings().smtpd_expansion_filter);
        return std::nullopt;
    });
}

}  // namespace

Reply with_footer(Reply reply, std::string_view footer) {
    const bool continues = footer.starts_with("\\c");
    if (continues) footer.remove_prefix(2);
    reply.text += (continues ? "" : "\n") + replace_all(footer, "\\n", "\n");
    return reply;
}

Task<Reply> as_told(const Session& session, Reply reply) {
    // What the client said may be part of the text.
    for (char& c : reply.text)
        if (is_control(c) && c != '\n') c = ' ';
    if (reply.code < 400) co_return reply;
    if (session.settings().soft_bounce) reply = reply.softened();
    auto told = co_await filtered(session, std::move(reply));
    auto footer = co_await footer_template(session, told);
    if (footer.empty()) co_return told;
    const auto text = expand(session, footer);
    if (text) co_return with_footer(std::move(told), *text);
    session.reporter.log().warning("smtpd_reject_footer: {}", text.error().text);
    co_return told;
}

}  // namespace postern::smtpd
