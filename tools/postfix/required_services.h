// The services without which the mail system cannot work, for master.cf files of older versions.
#pragma once

#include "lib/config/master_cf.h"

#include <string>
#include <vector>

namespace postern::postfix {

/// The lines of master.cf for those that are not among `services`.
std::vector<std::string> missing_services(const std::vector<config::MasterEntry>& services);

}  // namespace postern::postfix
