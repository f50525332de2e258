// The command line of postmap and postalias.
#pragma once

#include "lib/base/result.h"
#include "lib/table/store.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::table {

struct CommandOptions {
    std::optional<std::string> config_directory;   ///< -c
    std::optional<std::string> query;              ///< -q KEY; "-": keys from standard input
    std::optional<std::string> remove;             ///< -d KEY; the same
    bool lists_entries = false;                    ///< -s
    bool is_incremental = false;                   ///< -i
    bool folds_keys = true;                        ///< not with -f
    bool keeps_root = false;                       ///< -o
    bool inherits_mode = true;                     ///< not with -p
    bool replaces = false;                         ///< -r
    bool ignores_duplicates = false;               ///< -w
    bool as_json = false;                          ///< -j
    bool without_utf8 = false;                     ///< -u
    bool with_utf8 = false;                        ///< -U: also with -b and -h
    bool has_file_values = false;                  ///< -F
    bool queries_body = false, queries_header = false, parses_mime = false;   ///< -b -h -m
    Nul nul = Nul::as_found;                       ///< -N, -n
    int verbosity = 0;                             ///< -v
    std::vector<std::string> tables;               ///< "type:name", or "name"
};

/// `letters`: which of the options the program has. Errors: the text that the program ends with.
Result<CommandOptions> parse_command_options(int argc, char** argv, std::string_view program,
                                             std::string_view letters);

}  // namespace postern::table
