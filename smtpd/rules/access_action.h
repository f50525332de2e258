// What an access(5) table says is to be done.
#pragma once

#include "smtpd/rules/evaluation.h"

namespace postern::smtpd {

/// Carries out `action`, "REJECT go away", "HOLD", "permit_mynetworks, reject" ... `name` and
/// `its_class` are what was looked up, for replies: "<NAME>: CLASS rejected: go away". `table` is
/// where the action stands, for warnings of what cannot be carried out.
Task<Verdict> obey_access(Evaluation& evaluation, std::string action, std::string name,
                          std::string_view its_class, std::string_view table);

}  // namespace postern::smtpd
