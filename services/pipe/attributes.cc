// Attributes of pipe services; see the header.
#include "services/pipe/attributes.h"

#include "lib/base/escapes.h"
#include "lib/base/strings.h"
#include "lib/service/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace postern::pipe {

namespace {

constexpr auto letters = std::to_array<std::pair<char, bool Flags::*>>({
    {'B', &Flags::appends_blank_line},
    {'D', &Flags::adds_delivered_to},
    {'F', &Flags::adds_from_line},
    {'O', &Flags::adds_original_to},
    {'R', &Flags::adds_return_path},
    {'X', &Flags::is_final},
    {'h', &Flags::folds_domain},
    {'q', &Flags::quotes_addresses},
    {'u', &Flags::folds_user},
    {'.', &Flags::stuffs_dots},
    {'>', &Flags::quotes_from_lines},
});

/// What stands while the words are read.
struct Reading {
    Attributes attributes;
    std::string user;
};

using Take = Result<void> (*)(Reading& reading, std::string_view value);

Result<void> take_flags(Reading& reading, std::string_view value) {
    auto flags = Flags::parse(value);
    if (!flags) return flags.error();
    reading.attributes.flags = *flags;
    return success();
}

Result<void> take_size(Reading& reading, std::string_view value) {
    const auto size = parse_number(value);
    if (!size) return permanent(fmt::format("bad size= value: {}", value));
    if (*size > 0) reading.attributes.size = *size;
    return success();
}

constexpr auto takers = std::to_array<std::pair<std::string_view, Take>>({
    {"user", [](Reading& r, std::string_view value) { return r.user = value, success(); }},
    {"flags", take_flags},
    {"chroot",
     [](Reading& r, std::string_view value) { return r.attributes.chroot = value, success(); }},
    {"directory",
     [](Reading& r, std::string_view value) { return r.attributes.directory = value, success(); }},
    {"eol",
     [](Reading& r, std::string_view value) {
         return r.attributes.eol = unescaped(value), success();
     }},
    {"null_sender",
     [](Reading& r, std::string_view value) {
         return r.attributes.null_sender = value, success();
     }},
    {"size", take_size},
});

/// The words of the command, from "argv=FIRST" on.
std::vector<std::string> command_words(std::span<const std::string> words) {
    std::vector<std::string> command(words.begin(), words.end());
    command.front().erase(0, std::string_view("argv=").size());
    if (command.front().empty()) command.erase(command.begin());
    return command;
}

Result<void> take_attribute(Reading& reading, std::string_view word) {
    const auto parts = cut(word, '=');
    const auto found = std::find_if(takers.begin(), takers.end(), [&](const auto& row) {
        return parts && row.first == parts->first;
    });
    if (found == takers.end()) return permanent(fmt::format("unknown attribute name: {}", word));
    return found->second(reading, parts->second);
}

Result<Attributes> complete(Reading reading, const config::Config& config) {
    if (reading.user.empty()) return permanent("missing user= command-line attribute");
    if (reading.attributes.argv.empty()) return permanent("missing argv= command-line attribute");
    auto identity = service::program_identity(reading.user, config);
    if (!identity) return identity.error();
    reading.attributes.identity = *identity;
    return std::move(reading.attributes);
}

}  // namespace

Result<Flags> Flags::parse(std::string_view text) {
    Flags flags;
    for (const char letter : text) {
        const auto found = std::find_if(letters.begin(), letters.end(),
                                        [letter](const auto& row) { return row.first == letter; });
        if (found == letters.end())
            return permanent(fmt::format("unknown flag: {} (ignored)", letter));
        flags.*(found->second) = true;
    }
    return flags;
}

Result<Attributes> Attributes::parse(const std::vector<std::string>& words,
                                     const config::Config& config) {
    Reading reading;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].starts_with("argv=")) {
            reading.attributes.argv = command_words(std::span(words).subspan(i));
            break;
        }
        if (auto taken = take_attribute(reading, words[i]); !taken) return taken.error();
    }
    return complete(std::move(reading), config);
}

}  // namespace postern::pipe
