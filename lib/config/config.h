// The configuration of one process: main.cf with its overrides, read once, checked as a whole, and
// then asked for typed values by the names of postconf(5).
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/config/main_cf.h"
#include "lib/config/parameter.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::config {

using ByteCount = std::uint64_t;

/// Where a configuration comes from, and for which program.
struct Source {
    std::string directory = {};  ///< -c; empty: MAIL_CONFIG, else the directory of the installation
    std::vector<Override> overrides = {};   ///< -o name=value; the last of a name wins
    std::string process_name = {};   ///< $process_name, "smtpd"; with syslog_name it names log lines
    std::string service_name = {};   ///< $service_name, the first column of master.cf (-n); may be ""
    bool stress = false;         ///< $stress is "yes" (-o stress=yes does the same)
};

/// Immutable. A name that the catalogue does not have, or that it has in another type, is a bug of
/// the caller: std::logic_error. Every value was checked by load(), so typed readers do not fail.
/// A copy is cheap. Names of computed values (myhostname, mynetworks) are found out when they
/// are first read: not from two threads at once.
class Config {
public:
    /// Reads main.cf. Errors name the file, line and parameter, what is wrong with the value, and
    /// the known name that is nearest to a misspelt one.
    static Result<Config> load(Source source);
    /// The same without a look at the values: for postconf, which shows and repairs them. Typed
    /// readers may throw.
    static Result<Config> load_unchecked(Source source);
    /// The same from text, "myhostname = mx.example\n...", without a file: for tests.
    static Result<Config> from_text(std::string_view main_cf, Source source = {});

    /// Expanded text; "" when empty or unset.
    std::string text(std::string_view name) const;
    /// As it stands in main.cf, $name and all; of those that are expanded later, with other names
    /// (forward_path, default_rbl_reply, mailbox_command ...), and of any other.
    std::string raw(std::string_view name) const;
    bool boolean(std::string_view name) const;
    std::int64_t number(std::string_view name) const;
    ByteCount bytes(std::string_view name) const;
    seconds time(std::string_view name) const;
    /// The pieces between commas and blanks; { } holds one together, and stays.
    std::vector<std::string> list(std::string_view name) const;

    /// The parameters that each transport or service may have for itself:
    /// number_of("smtp", "destination_concurrency_limit") is smtp_destination_concurrency_limit
    /// where main.cf or the catalogue has it, else default_destination_concurrency_limit.
    /// time_of("filter", "time_limit") falls back to command_time_limit.
    std::string text_of(std::string_view transport, std::string_view suffix) const;
    std::int64_t number_of(std::string_view transport, std::string_view suffix) const;
    seconds time_of(std::string_view transport, std::string_view suffix) const;

    /// A parameter of any origin, expanded: of the catalogue, or defined by the user in main.cf
    /// or with -o (restriction classes, tables' own settings: "NAME_parameter"). Nothing: no such.
    /// Also nothing when a user's definition cannot be expanded: it refers to itself.
    std::optional<std::string> lookup(std::string_view name) const;
    /// The same, not expanded.
    std::optional<std::string> lookup_raw(std::string_view name) const;
    /// `text` with its $name and ${...} replaced. Error: recursion, bad syntax.
    Result<std::string> expand(std::string_view text) const;

    /// Set in main.cf or by -o, not by default.
    bool is_set(std::string_view name) const;
    /// A permanent error about a parameter's value, for the checks that only its reader can do:
    /// "/etc/postfix/main.cf, line 7: inet_protocols: unknown protocol "ipx"".
    Error error_in(std::string_view name, std::string_view problem) const;

    /// The same configuration with $stress set or not; the values were checked by load().
    Config with_stress(bool stress) const;
    /// The same as lmtp reads it: a name smtp_x means lmtp_x where there is one (smtp_helo_name:
    /// lmtp_lhlo_name).
    Config for_lmtp() const;

    /// compatibility_level is `level` ("3.6") or later.
    bool is_compatible_with(std::string_view level) const;
    /// "using backwards-compatible default setting NAME=VALUE" when compatibility_level is old
    /// and `name` is not set: the reader logs it when the setting matters.
    std::optional<std::string> backwards_compatible(std::string_view name) const;

    const std::string& directory() const noexcept;      ///< config_directory
    const std::string& process_name() const noexcept;
    const std::string& service_name() const noexcept;
    /// What a program should warn of when it starts: definitions that replace earlier ones ...
    const std::vector<std::string>& warnings() const noexcept;
    /// All that main.cf and -o set, in the order of the file.
    const std::vector<Setting>& settings() const noexcept;

private:
    struct Contents;
    // Shared because copies (another stress, lmtp's view) have the same settings.
    std::shared_ptr<const Contents> contents_;
    bool stress_ = false;
    bool for_lmtp_ = false;

    explicit Config(std::shared_ptr<const Contents> contents);
    static Result<Config> checked(Source source, MainCf file);
    Result<void> check(bool only_stressed) const;
    Result<void> check(std::string_view name, const Parameter& row) const;

    std::string own_name(std::string_view name) const;
    std::string family_name(std::string_view transport, std::string_view suffix) const;
    std::optional<std::string> raw_value(std::string_view name) const;
    Result<std::string> expand_value(std::string_view name) const;
    std::int64_t value(std::string_view name, Type type) const;
};

}  // namespace postern::config
