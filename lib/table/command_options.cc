// Reads the command line of postmap and postalias.
#include "lib/table/command_options.h"

#include <fmt/format.h>
#include <unistd.h>

namespace postern::table {

namespace {

/// A letter without an argument. False when it is not one.
bool set_flag(CommandOptions& options, int letter) {
    switch (letter) {
    case 'b': return options.queries_body = true;
    case 'f': return options.folds_keys = false, true;
    case 'F': return options.has_file_values = true;
    case 'h': return options.queries_header = true;
    case 'i': return options.is_incremental = true;
    case 'j': return options.as_json = true;
    case 'm': return options.parses_mime = true;
    case 'n': return options.nul = Nul::without, true;
    case 'N': return options.nul = Nul::with, true;
    case 'o': return options.keeps_root = true;
    case 'p': return options.inherits_mode = false, true;
    case 'r': return options.replaces = true, options.ignores_duplicates = false, true;
    case 's': return options.lists_entries = true;
    case 'u': return options.without_utf8 = true;
    case 'U': return options.with_utf8 = true;
    case 'v': return ++options.verbosity > 0;
    case 'w': return options.ignores_duplicates = true, options.replaces = false, true;
    default: return false;
    }
}

/// A letter with an argument, or without.
bool set(CommandOptions& options, int letter) {
    switch (letter) {
    case 'c': return options.config_directory = optarg, true;
    case 'd': return options.remove = optarg, true;
    case 'q': return options.query = optarg, true;
    default: return set_flag(options, letter);
    }
}

std::string without_colons(std::string_view letters) {
    std::string flags;
    for (std::size_t at = 0; at < letters.size(); ++at)
        if (letters.substr(at + 1, 1) != ":" && letters[at] != ':') flags += letters[at];
    return flags;
}

Error usage(std::string_view program, std::string_view letters) {
    return permanent(
        fmt::format("usage: {} [-{}] [-c config_dir] [-d key] [-q key] [map_type:]file...", program,
                    without_colons(letters)));
}

Result<void> check(const CommandOptions& options) {
    const int actions = options.query.has_value() + options.remove.has_value() +
                        options.lists_entries;
    if (actions > 1) return permanent("specify only one of -s or -q or -d");
    const bool reads_message =
        options.queries_body || options.queries_header || options.parses_mime;
    if (reads_message && options.query != "-")
        return permanent("specify -b -h or -m only with \"-q -\"");
    return success();
}

}  // namespace

Result<CommandOptions> parse_command_options(int argc, char** argv, std::string_view program,
                                             std::string_view letters) {
    CommandOptions options;
    const std::string spec(letters);
    for (int letter; (letter = ::getopt(argc, argv, spec.c_str())) != -1;)
        if (!set(options, letter)) return usage(program, letters);
    options.tables.assign(argv + optind, argv + argc);
    if (auto checked = check(options); !checked) return checked.error();
    if (options.tables.empty()) return usage(program, letters);
    return options;
}

}  // namespace postern::table
