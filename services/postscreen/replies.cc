// Replies; see the header.
#include "services/postscreen/replies.h"

#include "lib/base/strings.h"
#include "lib/config/expansion.h"

namespace postern::postscreen {

namespace {

constexpr seconds last_reply_time{10};

/// What comes from outside is no template: its `$` stands for itself, and what the filter does not
/// allow becomes `_`.
std::string as_value(std::string_view text, std::string_view allowed) {
    std::string value;
    for (const char c : text) {
        const bool is_allowed = allowed.find(c) != std::string_view::npos;
        value += is_allowed ? c : '_';
        if (is_allowed && c == '$') value += '$';
    }
    return value;
}

Result<std::string> expand(const Visit& visit, std::string_view footer) {
    const std::pair<std::string_view, std::string> values[] = {
        {"client_address", visit.client_address},
        {"client_port", std::to_string(visit.client.port())},
        {"localtime", syslog_time(visit.house.loop.clock().wall())},
        {"server_name", visit.settings().myhostname},
    };
    return config::expand(footer, [&](std::string_view name) -> std::optional<std::string> {
        for (const auto& [known, value] : values)
            if (known == name) return as_value(value, visit.settings().expansion_filter);
        visit.reporter.log().warning("unknown macro name \"{}\" in expansion request",
                                     printable(name, 100));
        return std::nullopt;
    });
}

Task<std::string> footer_for(const Visit& visit, std::string reply) {
    const auto& maps = visit.house.lists.reject_footer_maps;
    if (!maps.empty()) {
        auto found = co_await maps.find(reply);
        if (!found)
            visit.reporter.log().warning("postscreen_reject_footer_maps: {}", found.error().text);
        else if (*found)
            co_return std::move(**found);
    }
    co_return visit.settings().reject_footer;
}

Reply append(Reply reply, std::string_view footer) {
    const bool continues = footer.starts_with("\\c");
    if (continues) footer.remove_prefix(2);
    reply.text += (continues ? "" : "\n") + replace_all(footer, "\\n", "\n");
    return reply;
}

}  // namespace

Reply softened(const Settings& settings, Reply reply) {
    return settings.soft_bounce ? reply.softened() : std::move(reply);
}

Task<Reply> with_footer(const Visit& visit, Reply reply) {
    if (reply.code < 400) co_return reply;
    const std::string footer = co_await footer_for(visit, reply.one_line());
    if (footer.empty()) co_return reply;
    const auto text = expand(visit, footer);
    if (text) co_return append(std::move(reply), *text);
    visit.reporter.log().warning("postscreen_reject_footer: {}", text.error().text);
    co_return reply;
}

Task<void> say(Visit& visit, Reply reply) {
    const Reply told = co_await with_footer(visit, softened(visit.settings(), std::move(reply)));
    visit.stream().write(told.wire());
}

Task<void> part(Visit& visit, Reply last) {
    co_await say(visit, std::move(last));
    // Who does not take it has gone.
    std::ignore = co_await visit.stream().flush(visit.house.loop.in(last_reply_time));
}

}  // namespace postern::postscreen
