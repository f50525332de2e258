// postconf: shows and changes main.cf and master.cf, and tells what this build can do.
#include "postconf/features.h"
#include "postconf/main_cf.h"
#include "postconf/master_cf.h"
#include "postconf/options.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <string_view>

namespace {

using namespace postern;
using namespace postern::postconf;

void warn(std::string_view text) {
    std::fflush(stdout);   // the order of output and warnings is that of their making
    fmt::print(stderr, "{}: warning: {}\n", program_invocation_name, text);
}

Result<void> show(const Options& options) {
    switch (options.subject) {
    case Subject::main_cf: return show_parameters(options, warn);
    case Subject::services:
    case Subject::service_fields:
    case Subject::service_parameters: return show_services(options, warn);
    case Subject::bounce_texts:
    case Subject::bounce_templates: return show_bounce_templates(options);
    default: return show_features(options);
    }
}

Result<void> run(int argc, char** argv) {
    const auto options = parse_options(argc, argv);
    if (!options) return options.error();
    if (options->action == Action::show) return show(*options);
    return options->subject == Subject::main_cf ? edit_parameters(*options, warn)
                                                : edit_services(*options, warn);
}

}  // namespace

int main(int argc, char** argv) {
    const auto result = run(argc, argv);
    if (result && std::fflush(stdout) == 0) return 0;
    fmt::print(stderr, "{}: fatal: {}\n", argv[0],
               result ? system_error("write standard output").text : result.error().text);
    return 1;
}
