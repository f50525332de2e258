// smtpd_reject_unlisted_recipient and _sender: refuses addresses that their address class has not.
#pragma once

#include "smtpd/rules/evaluation.h"

namespace postern::smtpd {

/// Whether an address is unknown, with the refusal that says so; `its_class` "Sender address".
Task<Verdict> check_listed(Evaluation& evaluation, std::string address, std::string_view its_class);

/// The parameters of these names, after the lists.
Task<std::optional<Reply>> check_unlisted_recipient(Evaluation& evaluation);
Task<std::optional<Reply>> check_unlisted_sender(Evaluation& evaluation);

}  // namespace postern::smtpd
