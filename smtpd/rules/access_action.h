// What an access(5) table says is to be done.
#pragma once

#include "smtpd/rules/evaluation.h"

namespace postern::smtpd {

/// Carries out `action`, "REJECT go away", "HOLD", "permit_mynetworks, reject" ... `name` and
/// `its_class` are what was looked up, for replies: "<NAME>: CLASS rejected: go away".
Task<Verdict> obey_access(Evaluation& evaluation, std::string action, std::string name,
                          std::string_view its_class);

}  // namespace postern::smtpd
