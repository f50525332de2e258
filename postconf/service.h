// One service of master.cf as postconf shows and rewrites it.
#pragma once

#include "lib/config/master_cf.h"
#include "postconf/options.h"
#include "postconf/print.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace postern::postconf {

/// The fields of -F, in the order of the columns.
inline constexpr std::array<std::string_view, 8> field_names{
    "service", "type", "private", "unprivileged", "chroot", "wakeup", "process_limit", "command"};

/// "smtp/inet".
std::string label_of(const config::MasterEntry& entry);

/// A request "service/type/rest"; parts that are left out are "*".
struct Pattern {
    std::string service = "*";
    std::string type = "*";
    std::string rest = "*";

    static Pattern parse(std::string_view text);
    bool matches(const config::MasterEntry& entry) const;
    bool matches_rest(std::string_view name) const { return rest == "*" || rest == name; }
};

/// The command and its arguments as words; -o with its value is one word; it
/// and what follows it begin lines.
std::vector<Word> command_words(const config::MasterEntry& entry);

/// The whole entry in aligned columns, with its line end.
std::string format_entry(const config::MasterEntry& entry, bool folds);

/// The value of a field of -F, not folded.
std::string field_value(const config::MasterEntry& entry, std::size_t field);

/// Puts `value` for a -o of the entry: replaces the last of that name, or adds it behind the
/// options, before the other arguments.
void set_override(config::MasterEntry& entry, const config::Override& override);
void remove_override(config::MasterEntry& entry, std::string_view name);

}  // namespace postern::postconf
