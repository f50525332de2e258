// The command line of sendmail(1), mailq(1) and newaliases(1).
#pragma once

#include "lib/base/result.h"
#include "lib/mail/dsn.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::sendmail {

enum class Mode {
    submit,          ///< -bm: a message from standard input
    verify,          ///< -bv: report where each recipient would go
    smtp,            ///< -bs: SMTP on standard input and output
    list_queue,      ///< -bp, mailq
    make_aliases,    ///< -bi, -I, newaliases
    start,           ///< -bd, -bl
    none,            ///< -bh, -bH, -q with an interval and without mail: nothing is left to do
    flush_queue, flush_message, flush_site,   ///< -q, -qI, -qR
};

struct Options {
    Mode mode = Mode::submit;
    std::optional<std::string> config_directory;   ///< -C; of main.cf, its folder
    std::optional<std::string> sender, full_name;  ///< -f, -r; -F
    std::string subject;             ///< what to flush: a queue id or a site
    std::string alias_database;      ///< -oA
    std::string encoding;            ///< -B: "7bit", "8bit"
    std::string envelope_id;         ///< -V
    std::optional<std::string> verp_delimiters;    ///< -XV; "" for those of main.cf
    mail::Notify notify;
    mail::ReturnContent return_content = mail::ReturnContent::unspecified;
    bool takes_recipients_from_header = false, ends_at_dot = true, is_gateway = false;
    bool has_interval = false;       ///< -q with one
    int verbosity = 0;               ///< -v: one asks for a report
    std::vector<std::string> arguments;
    std::vector<std::string> warnings;   ///< about values that are passed over
};

/// `called` is the name of the link. Error: permanent, an option that there is not, or a mode that
/// is not supported.
Result<Options> parse_options(std::string_view called, int argc, char** argv);

}  // namespace postern::sendmail
