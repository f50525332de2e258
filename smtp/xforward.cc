// XFORWARD: tells a content filter of ours whom the mail came from (XFORWARD_README).
#include "lib/base/strings.h"
#include "lib/mail/dsn.h"
#include "smtp/transaction.h"

#include <algorithm>
#include <array>

namespace postern::smtp {

namespace {

struct Forwarded {
    std::string_view keyword;
    std::string_view attribute;   ///< of the message
};
/// Two commands, since a line has room for so much.
constexpr std::array first_half = {
    Forwarded{"NAME", "log_client_name"},
    Forwarded{"ADDR", "log_client_address"},
    Forwarded{"PORT", "log_client_port"},
};
constexpr std::array second_half = {
    Forwarded{"PROTO", "log_protocol_name"},
    Forwarded{"HELO", "log_helo_name"},
    Forwarded{"IDENT", "log_ident"},
};

std::string value_of(const delivery::Job& job, const Forwarded& forwarded) {
    std::string value(job.attribute(forwarded.attribute));
    if (value.empty() && forwarded.keyword == "IDENT") value = job.request().queue_id;
    if (value.empty() || same(value, "unknown")) return "[UNAVAILABLE]";
    const bool is_ipv6 = forwarded.keyword == "ADDR" && value.find(':') != value.npos;
    return mail::xtext((is_ipv6 && !starts_with_same(value, "IPv6:") ? "IPv6:" : "") + value);
}

template <class Half>
std::string arguments(const delivery::Job& job, const Half& half,
                      const std::vector<std::string>& announced) {
    std::string text;
    for (const Forwarded& forwarded : half)
        if (std::find(announced.begin(), announced.end(), forwarded.keyword) != announced.end())
            text += " " + std::string(forwarded.keyword) + "=" + value_of(job, forwarded);
    return text;
}

}  // namespace

Task<bool> Transaction::xforward() {
    const auto& announced = features_.xforward;
    if (!settings_.send_xforward_command || announced.empty()) co_return true;
    std::string second = arguments(job_, second_half, announced);
    if (std::find(announced.begin(), announced.end(), "SOURCE") != announced.end())
        second += same(request_.rewrite_context, "local") ? " SOURCE=LOCAL" : " SOURCE=REMOTE";
    for (const std::string& line : {arguments(job_, first_half, announced), second}) {
        if (line.empty()) continue;
        auto heard = co_await session_.ask("XFORWARD" + line, stage::xforward);
        if (const auto* broken = std::get_if<Broken>(&heard)) {
            was_dead_ = session_.uses > 1 && !has_heard_;
            if (!was_dead_) postpone_open(*broken);
            co_return false;
        }
        has_heard_ = true;
        // The mail goes without it, too.
        const Reply& reply = std::get<Reply>(heard);
        if (!reply.is_success())
            session_.log().warning("host {} said: {} (in reply to {})", session_.endpoint().where_and_port(),
                                   reply.text, stage::xforward.command);
    }
    co_return true;
}

}  // namespace postern::smtp
