// What this build can do: lookup tables, locks, SASL plug-ins, TLS; and the bounce texts.
#pragma once

#include "postconf/options.h"

namespace postern::postconf {

/// -m -l -a -A -T, one word a line. Error: unknown -T mode.
Result<void> show_features(const Options& options);

/// -b and -t: the bounce daemon prints its templates. Does not come back when that works.
Result<void> show_bounce_templates(const Options& options);

}  // namespace postern::postconf
