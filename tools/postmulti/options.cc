// The options of postmulti.
#include "tools/postmulti/options.h"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>

namespace postern::postmulti {

namespace {

constexpr std::string_view actions[] = {"create", "destroy", "import", "deport",
                                        "enable", "disable", "assign", "init"};

Result<void> check_edit(const Options& options) {
    if (std::ranges::find(actions, options.action) == std::end(actions))
        return permanent(fmt::format("Invalid '-e' edit action '{}'. Specify 'create', 'destroy', "
                                     "'import', 'deport', 'enable', 'disable', 'assign' or 'init'",
                                     options.action));
    const bool is_new = options.action == "create" || options.action == "import";
    const bool is_assign = options.action == "assign";
    if (is_assign && !options.has_new_names())
        return permanent("Specify new instance name or group with '-e assign'");
    if (options.has_new_names() && !is_new && !is_assign)
        return permanent(fmt::format("Cannot assign instance name or group with '-e {}'",
                                     options.action));
    if (!options.words.empty() && !is_new)
        return permanent(fmt::format("Parameter overrides not valid with '-e {}'", options.action));
    const bool needs_instance = !is_new && options.action != "init";
    if (needs_instance && !options.instance) return permanent("Select an instance via '-i name'");
    return success();
}

Result<void> check(const Options& options, int modes) {
    if (modes != 1) return permanent("Specify exactly one of '-e', '-l', '-p', '-x'");
    if (options.is_all + options.group.has_value() + options.instance.has_value() > 1)
        return permanent("Specify no more than one of '-a', '-g', '-i'");
    const bool has_command = !options.words.empty();
    switch (options.mode) {
    case Mode::edit:
    case Mode::postfix:
        if (options.is_reversed)
            return permanent("The '-p' and '-e' options preclude the use of '-R'");
        if (options.mode == Mode::edit) return check_edit(options);
        [[fallthrough]];
    case Mode::command:
        if (!has_command) return permanent("Command required with '-p' or '-x' option");
        break;
    case Mode::list:
        if (has_command) return permanent("Command not allowed with '-l'");
    }
    if (options.has_new_names())
        return permanent("Cannot assign instance name or group without '-e assign'");
    return success();
}

std::optional<Mode> mode_of(int letter) {
    switch (letter) {
    case 'e': return Mode::edit;
    case 'l': return Mode::list;
    case 'p': return Mode::postfix;
    case 'x': return Mode::command;
    default: return std::nullopt;
    }
}

/// The options that choose or name instances; false: it is none of them.
bool set(Options& options, int letter) {
    switch (letter) {
    case 'a': options.is_all = true; return true;
    case 'g': options.group = optarg; return true;
    case 'i': options.instance = optarg; return true;
    case 'G': options.new_group = optarg; return true;
    case 'I': options.new_name = optarg; return true;
    case 'R': options.is_reversed = true; return true;
    case 'v': ++options.verbosity; return true;
    default: return false;
    }
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    int modes = 0;
    for (int letter; (letter = ::getopt(argc, argv, "+ae:g:i:G:I:lpRvx")) != -1;) {
        if (set(options, letter)) continue;
        const auto mode = mode_of(letter);
        if (!mode)
            return permanent("usage: postmulti [-aRv] [-g group] [-i name] -l | -p command | "
                             "-x command | -e action [-G group] [-I name] [name=value ...]");
        options.mode = *mode;
        if (*mode == Mode::edit) options.action = optarg;
        ++modes;
    }
    options.words.assign(argv + optind, argv + argc);
    if (auto good = check(options, modes); !good) return good.error();
    return options;
}

}  // namespace postern::postmulti
