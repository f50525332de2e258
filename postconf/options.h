// The command line of postconf(1).
#pragma once

#include "lib/base/result.h"
#include "lib/config/main_cf.h"

#include <set>
#include <string>
#include <vector>

namespace postern::postconf {

enum class Action { show, edit, comment_out, remove };

/// What is shown or changed.
enum class Subject {
    main_cf,
    services,            ///< -M
    service_fields,      ///< -F
    service_parameters,  ///< -P
    table_types,         ///< -m
    lock_types,          ///< -l
    server_sasl_types,   ///< -a
    client_sasl_types,   ///< -A
    bounce_texts,        ///< -b
    bounce_templates,    ///< -t
    tls,                 ///< -T
};

struct Options {
    Subject subject = Subject::main_cf;
    Action action = Action::show;
    bool only_defaults = false;      ///< -d
    bool only_set = false;           ///< -n
    bool folds = false;              ///< -f
    bool hides_names = false;        ///< -h
    bool hides_values = false;       ///< -H
    bool expands = false;            ///< -x
    bool as_json = false;            ///< -j
    bool is_quiet = false;           ///< -q
    bool with_inherited = false;     ///< -PP: also what the service does not set
    int verbosity = 0;               ///< -v
    std::string tls_mode;            ///< -T
    std::string directory;           ///< -c, else of the environment or installation
    bool names_directory = false;    ///< -c or MAIL_CONFIG is given
    std::set<std::string> classes;   ///< -C: builtin service user
    std::vector<config::Override> overrides;
    std::vector<std::string> arguments;
};

/// Errors: what contradicts what, in Postfix's words; the usage.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::postconf
