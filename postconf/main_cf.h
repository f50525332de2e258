// postconf on main.cf: shows and changes parameters.
#pragma once

#include "postconf/options.h"

namespace postern::postconf {

/// Where warnings go: standard error, with the program's name.
using Warn = void (*)(std::string_view text);

Result<void> show_parameters(const Options& options, Warn warn);
Result<void> edit_parameters(const Options& options, Warn warn);

}  // namespace postern::postconf
