// What postconf tells about names that nothing reads, and about parameters that will go.
#pragma once

#include "lib/config/names_in_use.h"
#include "postconf/main_cf.h"
#include "postconf/sources.h"

namespace postern::postconf {

/// Repeated definitions, references to nothing.
void warn_of_files(const Sources& sources, const config::NamesInUse& names, Warn warn);
/// Parameters of main.cf: unused, deprecated, with a "#comment" in the value.
void warn_of_parameters(const Sources& sources, const config::NamesInUse& names, Warn warn);
/// The same in master.cf.
void warn_of_overrides(const Sources& sources, const config::NamesInUse& names, Warn warn);

}  // namespace postern::postconf
