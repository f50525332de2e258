// Options, and which of them go together.
#include "postconf/options.h"

#include "lib/base/strings.h"
#include "lib/config/directory.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace postern::postconf {

namespace {

constexpr auto subjects = std::to_array<std::pair<char, Subject>>({
    {'a', Subject::server_sasl_types},  {'A', Subject::client_sasl_types},
    {'b', Subject::bounce_texts},       {'F', Subject::service_fields},
    {'l', Subject::lock_types},         {'m', Subject::table_types},
    {'M', Subject::services},           {'P', Subject::service_parameters},
    {'t', Subject::bounce_templates},   {'T', Subject::tls},
});

constexpr auto actions = std::to_array<std::pair<char, Action>>({
    {'d', Action::show}, {'e', Action::edit}, {'n', Action::show}, {'X', Action::remove},
    {'#', Action::comment_out},
});

constexpr auto flags = std::to_array<std::pair<char, bool Options::*>>({
    {'f', &Options::folds},   {'h', &Options::hides_names}, {'H', &Options::hides_values},
    {'j', &Options::as_json}, {'q', &Options::is_quiet},    {'x', &Options::expands},
    {'d', &Options::only_defaults}, {'n', &Options::only_set},
});

/// What does not go with -M, -F and -P.
constexpr auto excluded = std::to_array<std::pair<char, std::string_view>>({
    {'M', "dhHnp"}, {'F', "dnpX#"}, {'P', "dnp#"},
});

Error usage(std::string_view program) {
    return permanent(fmt::format(
        "usage: {} [-a (server SASL types)] [-A (client SASL types)] [-b (bounce templates)] "
        "[-c config_dir] [-C param_class] [-d (parameter defaults)] [-e (edit configuration)] "
        "[-f (fold lines)] [-F (master.cf fields)] [-h (no names)] [-H (no values)] "
        "[-j (JSON)] [-l (lock types)] [-m (map types)] [-M (master.cf)] "
        "[-n (non-default parameters)] [-o name=value (override parameter value)] "
        "[-p (main.cf, default)] [-P (master.cf parameters)] [-q (no warnings)] "
        "[-t (bounce templates)] [-T compile-version|run-version|public-key-algorithms] "
        "[-v (verbose)] [-x (expand parameter values)] [-X (exclude)] [-# (comment-out)] "
        "[name...]",
        program));
}

template <class Table>
std::string given_among(const Table& table, const std::string& given) {
    std::string found;
    for (const auto& [letter, meaning] : table)
        if (given.find(letter) != std::string::npos) found += letter;
    return found;
}

Result<void> at_most_one(const std::string& letters) {
    if (letters.size() < 2) return {};
    std::string all;
    for (const char letter : letters)
        all += fmt::format(" -{}", letter);
    return permanent("specify one of" + all);
}

Result<void> check_combination(const std::string& given) {
    if (given.find('h') != std::string::npos && given.find('H') != std::string::npos)
        return permanent("specify one of -h -H");
    for (const auto& letters : {given_among(subjects, given), given_among(actions, given)})
        if (auto result = at_most_one(letters); !result) return result;
    for (const auto& [subject, letters] : excluded)
        for (const char letter : letters)
            if (given.find(subject) != std::string::npos && given.find(letter) != std::string::npos)
                return permanent(fmt::format("with option -{}, do not specify -{}", subject,
                                             letter));
    return {};
}

Result<void> take_classes(Options& options, std::string_view text) {
    for (const auto word : split(text)) {
        if (word == "all") options.classes.insert({"builtin", "service", "user"});
        else if (word == "builtin" || word == "service" || word == "user")
            options.classes.emplace(word);
        else
            return permanent(fmt::format("unknown -C option value \"{}\" in \"{}\"", word, text));
    }
    return {};
}

/// An option's argument, or its effect on a flag.
Result<void> take_option(Options& options, char letter) {
    for (const auto& [known, flag] : flags)
        if (known == letter) options.*flag = true;
    switch (letter) {
    case 'c': options.directory = optarg; break;
    case 'C': return take_classes(options, optarg);
    case 'T': options.tls_mode = optarg; break;
    case 'v': ++options.verbosity; break;
    case 'o': {
        auto override = config::parse_override(optarg);
        if (!override)
            return permanent(fmt::format("invalid parameter override: {}", override.error().text));
        options.overrides.push_back(std::move(*override));
        break;
    }
    }
    return {};
}

template <class Table, class Value>
void choose(const Table& table, const std::string& given, Value& chosen) {
    for (const auto& [letter, meaning] : table)
        if (given.find(letter) != std::string::npos) chosen = meaning;
}

/// "name=value" among the arguments means -e.
bool has_assignment(const Options& options) {
    return std::any_of(options.arguments.begin(), options.arguments.end(),
                       [](const std::string& a) { return a.find('=') != std::string::npos; });
}

bool is_editable(const std::string& given) {
    return given.find_first_of("aAblmtT") == std::string::npos;
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    std::string given;
    for (int letter; (letter = getopt(argc, argv, "aAbc:C:de#fFhHjlmMno:pPqtT:vxX")) != -1;) {
        if (letter == '?') return usage(argv[0]);
        if (auto taken = take_option(options, static_cast<char>(letter)); !taken)
            return taken.error();
        options.with_inherited |= letter == 'P' && given.find('P') != std::string::npos;
        if (given.find(static_cast<char>(letter)) == std::string::npos)
            given += static_cast<char>(letter);
    }
    options.arguments.assign(argv + optind, argv + argc);
    if (is_editable(given) && given.find('e') == std::string::npos && has_assignment(options))
        given += 'e';
    if (auto checked = check_combination(given); !checked) return checked.error();
    choose(subjects, given, options.subject);
    choose(actions, given, options.action);
    if (options.classes.empty()) options.classes = {"builtin", "service", "user"};
    options.names_directory = !options.directory.empty() || std::getenv("MAIL_CONFIG");
    options.directory = config::choose_directory(options.directory);
    return options;
}

}  // namespace postern::postconf
