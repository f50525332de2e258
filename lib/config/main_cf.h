// The syntax of main.cf (postconf(5)): logical lines "name = value", comments, continuation lines.
// The same syntax is that of the client files of network tables (ldap_table(5) ...).
#pragma once

#include "lib/base/result.h"
#include "lib/config/logical_lines.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::config {

/// A line of a file, for messages: "/etc/postfix/main.cf, line 7".
struct Location {
    std::string file;
    int line = 0;    ///< 0: not from a file (-o); `file` then says what it is

    std::string text() const;
};

/// What the owner of main.cf or master.cf should be told of a line: that it is stray, and thus
/// passed over, or has a NUL byte. "": nothing.
std::string flaw_of(const LogicalLine& line, const std::string& file);

/// One "name = value" as it stands, nothing expanded; continuation lines are joined.
struct Setting {
    std::string name;
    std::string value;
    Location where;
};

/// One override from a command line or master.cf.
struct Override {
    std::string name;
    std::string value;
};

/// "name=value", or "{ name = value }" with blanks inside (master(5)). The error says what is
/// missing, "missing '=' after attribute name".
Result<Override> parse_override(std::string_view text);

/// A file's definitions: of each name the last one, where that stands; and what its owner should be
/// told, "FILE, line 7: overriding earlier entry: name=value".
struct MainCf {
    std::vector<Setting> settings;
    std::vector<std::string> warnings;

    const Setting* find(std::string_view name) const;
};

/// Errors: "FILE, line 7: missing '=' after attribute name: "text"", and "missing attribute name".
Result<MainCf> parse_main_cf(std::string_view text, const std::string& file);
/// Error: system_error of opening or reading too.
Result<MainCf> read_main_cf(const std::string& file);

}  // namespace postern::config
