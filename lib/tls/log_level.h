// How much is logged of TLS: smtpd_tls_loglevel, smtp_tls_loglevel and their tables for single peers
// (smtpd_tls_loglevel_maps and its like).
#pragma once

#include "lib/base/log.h"
#include "lib/table/table.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::tls {

struct LogLevel {
    int number = 0;        ///< 0 nothing but trouble, 1 a line, 2 the states, 3 and 4 what travels
    bool traces = false;   ///< ",trace": into a file of its own

    /// "1", "1,trace". Nothing: neither.
    static std::optional<LogLevel> parse(std::string_view text);
};

/// The level of each peer.
class LogLevels {
public:
    /// `parents_match`: the tables are listed in parent_domain_matches_subdomains. `parameter` names
    /// them in complaints.
    LogLevels(LogLevel usual, table::Maps maps, std::string parameter, bool parents_match)
        : usual_(usual), maps_(std::move(maps)), parameter_(std::move(parameter)), parents_match_(parents_match) {}

    /// By name, where there is one, and by its parents; by address, and by the networks around it.
    /// What a table cannot tell, or says and nobody understands, is logged; the usual level counts.
    Task<LogLevel> of(std::string name, std::string address, Log log) const;

private:
    Task<table::Found> find(std::string name, std::string address) const;
    Task<table::Found> find_parent(std::string name) const;
    Task<table::Found> find_network(std::string address) const;

    const LogLevel usual_;
    const table::Maps maps_;
    const std::string parameter_;
    const bool parents_match_;
};

}  // namespace postern::tls
