// Relay control: whose mail is ours to take.
#pragma once

#include "smtpd/rules/evaluation.h"

namespace postern::smtpd {

/// Whether mail for the evaluation's recipient, of which there is one, ends here, or relay_domains
/// has it; false where the sender routes by itself. Error: the resolver could not tell.
Task<Result<bool>> is_authorized_destination(Evaluation& evaluation);

}  // namespace postern::smtpd
