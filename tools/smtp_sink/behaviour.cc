// The table of behaviours.
#include "tools/smtp_sink/behaviour.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtp_sink {

namespace {

constexpr std::string_view names[] = {"CONNECT", "HELO", "EHLO", "LHLO", "MAIL",    "RCPT",
                                      "VRFY",    "DATA", ".",    "RSET", "NOOP",    "QUIT",
                                      "AUTH",    "XCLIENT",      "XFORWARD"};

Result<std::string> command_name(std::string_view text) {
    const std::string name = upper(text);
    if (std::ranges::find(names, name) == std::end(names))
        return permanent(fmt::format("unknown command: {}", text));
    return name;
}

}  // namespace

const Behaviour& Behaviours::of(std::string_view command) const {
    static constexpr Behaviour ordinary;
    const auto found = table_.find(command);
    return found == table_.end() ? ordinary : found->second;
}

Result<void> Behaviours::change(std::string_view list,
                                const std::function<void(Behaviour&)>& change) {
    for (const std::string_view item : split(list)) {
        const auto name = command_name(item);
        if (!name) return name.error();
        change(table_[*name]);
    }
    return success();
}

Result<void> Behaviours::add_delay(std::string_view text) {
    const auto parts = split(text, ":");
    const auto wrong = permanent(fmt::format("-W {}: give command:delay or command:delay:odds", text));
    if (parts.size() < 2 || parts.size() > 3) return wrong;
    const auto name = command_name(parts[0]);
    if (!name) return name.error();
    const auto delay = parse_number(parts[1]);
    const auto odds = parts.size() == 3 ? parse_number(parts[2]) : 0;
    if (!delay || !odds || *odds > 99) return wrong;
    Behaviour& behaviour = table_[*name];
    behaviour.delay = seconds(*delay);
    behaviour.odds = static_cast<int>(*odds);
    return success();
}

seconds wait_of(const Behaviour& behaviour, const std::function<int()>& throw_dice) {
    if (behaviour.odds == 0) return behaviour.delay;
    seconds wait = behaviour.delay;
    while (throw_dice() < behaviour.odds) wait += behaviour.delay;
    return wait;
}

}  // namespace postern::smtp_sink
