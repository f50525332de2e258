// Which parameters Postern reads, as its sources say (build-aux/parameters_read.py).
#pragma once

#include <string_view>
#include <vector>

namespace postern::postfix {

/// The rooms that read a parameter of the catalogue, "smtpd lib/dns": "" when none does, so that
/// setting it has no effect.
std::string_view readers_of(std::string_view parameter);

/// All that nobody reads, in the order of their names.
std::vector<std::string_view> unread_parameters();

}  // namespace postern::postfix
