// Policy services; see the header.
#include "smtpd/rules/policy_service.h"

#include "lib/base/strings.h"
#include "lib/config/value_syntax.h"
#include "lib/event/timers.h"

#include <fmt/format.h>

namespace postern::smtpd {

namespace {

constexpr std::size_t longest_line = 8192, longest_reply = 65536;

}  // namespace

PolicySettings::PolicySettings(const config::Config& config)
    : default_action(config.text("smtpd_policy_service_default_action")),
      policy_context(config.text("smtpd_policy_service_policy_context")),
      timeout(config.time("smtpd_policy_service_timeout")),
      retry_delay(config.time("smtpd_policy_service_retry_delay")),
      max_idle(config.time("smtpd_policy_service_max_idle")),
      max_ttl(config.time("smtpd_policy_service_max_ttl")),
      try_limit(config.number("smtpd_policy_service_try_limit")),
      request_limit(config.number("smtpd_policy_service_request_limit")) {}

Result<void> PolicySettings::read(std::string_view text) {
    const auto pieces = split_braced(text);
    if (pieces.empty()) return permanent("no server");
    endpoint = pieces.front();
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        std::string_view piece = pieces[i];
        if (piece.starts_with('{') && piece.ends_with('}'))
            piece = trim(piece.substr(1, piece.size() - 2));
        if (auto taken = set(piece); !taken) return taken.error();
    }
    return success();
}

Result<void> PolicySettings::set(std::string_view assignment) {
    const auto parts = cut(assignment, '=');
    if (!parts)
        return permanent(
            fmt::format("malformed option: missing '=' after attribute name: \"{}\"", assignment));
    const std::string_view name = trim(parts->first), value = trim(parts->second);
    struct Time {
        std::string_view name;
        seconds* member;
    };
    struct Number {
        std::string_view name;
        std::int64_t* member;
    };
    for (const Time& one : {Time{"timeout", &timeout}, Time{"retry_delay", &retry_delay},
                            Time{"max_idle", &max_idle}, Time{"max_ttl", &max_ttl}}) {
        if (one.name != name) continue;
        const auto time = config::parse_time(value, 's');
        if (!time) return permanent(fmt::format("{}: bad time value or unit: {}", name, value));
        if (time->count() < 1) return permanent(fmt::format("invalid {}: {} (min 1)", name, value));
        *one.member = *time;
        return success();
    }
    for (const Number& one :
         {Number{"try_limit", &try_limit}, Number{"request_limit", &request_limit}}) {
        if (one.name != name) continue;
        const auto number = parse_number(value);
        if (!number)
            return permanent(fmt::format("bad numerical configuration: {} = {}", name, value));
        if (one.member == &try_limit && *number < 1)
            return permanent(fmt::format("invalid {} parameter value {} < 1", name, value));
        *one.member = static_cast<std::int64_t>(*number);
        return success();
    }
    if (name != "default_action" && name != "policy_context")
        return permanent(fmt::format("unknown option: \"{} = {}\"", name, value));
    if (value.empty()) return permanent(fmt::format("bad string length 0 < 1: {} =", name));
    (name == "default_action" ? default_action : policy_context) = value;
    return success();
}

PolicyService::PolicyService(event::Loop& loop, event::Pool* names, Log log,
                             PolicySettings settings, table::Endpoint endpoint)
    : loop_(loop),
      log_(log),
      settings_(std::move(settings)),
      connections_(loop, names, std::move(endpoint),
                   {settings_.timeout, settings_.max_idle, settings_.max_ttl}) {}

Task<std::string> PolicyService::ask(std::string request) {
    request += '\n';
    for (std::int64_t tries = 1;; ++tries) {
        auto action = co_await try_once(request);
        if (action) co_return std::move(*action);
        log_.warning("problem talking to server {}: {}", connections_.endpoint().text,
                     action.error().text);
        if (tries >= settings_.try_limit || action.error().is_permanent()) break;
        co_await event::Sleep(loop_, loop_.in(settings_.retry_delay));
    }
    co_return settings_.default_action;
}

/// A kept connection may have been closed by the server meanwhile: that is no try.
Task<Result<std::string>> PolicyService::try_once(std::string_view request) {
    auto connection = co_await connections_.take();
    if (!connection) co_return unconnected(connection.error());
    const bool is_kept = (*connection)->opened != (*connection)->used;
    auto action = co_await exchange(std::move(*connection), request);
    if (action || !is_kept || action.error().code != Errc::closed) co_return action;
    connection = co_await connections_.connect();
    if (!connection) co_return unconnected(connection.error());
    co_return co_await exchange(std::move(*connection), request);
}

/// Logs it, and gives the bare reason: "Connection refused".
Error PolicyService::unconnected(Error error) const {
    log_.warning("{}", error.text);
    if (const auto colon = error.text.rfind(": "); colon != std::string::npos)
        error.text.erase(0, colon + 2);
    return error;
}

Task<Result<std::string>> PolicyService::exchange(std::unique_ptr<Connection> connection,
                                                  std::string_view request) {
    connection->stream.write(request);
    const Deadline deadline = loop_.in(settings_.timeout);
    auto sent = co_await connection->stream.flush(deadline);
    if (!sent) co_return sent.error();
    auto action = co_await read_policy_action(connection->stream, deadline);
    if (action) keep(std::move(connection));
    co_return action;
}

void PolicyService::keep(std::unique_ptr<Connection> connection) {
    if (settings_.request_limit > 0 && ++connection->requests >= settings_.request_limit) return;
    connections_.give_back(std::move(connection));
}

Task<Result<std::string>> read_policy_action(event::Stream& server, Deadline deadline) {
    std::optional<std::string> action;
    std::size_t received = 0;
    for (;;) {
        auto line = co_await server.read_line(longest_line, deadline);
        if (!line) {
            if (line.error().text.empty())
                co_return Error{line.error().code, line.error().code == Errc::closed
                                                       ? "the server closed the connection"
                                                   : line.error().code == Errc::timeout
                                                       ? "timeout"
                                                       : "a line of the reply is too long"};
            co_return line.error();
        }
        received += line->size() + 1;
        if (received > longest_reply) co_return Error{Errc::too_long, "the reply is too long"};
        if (line->empty()) break;
        const auto parts = cut(*line, '=');
        if (parts && parts->first == "action" && !action) action = std::string(trim(parts->second));
    }
    if (!action || action->empty()) co_return permanent("the reply has no action");
    co_return std::move(*action);
}

}  // namespace postern::smtpd
