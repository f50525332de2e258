// What a policy service is told of a request (SMTPD_POLICY_README).
#pragma once

#include "smtpd/rules/evaluation.h"

#include <string>
#include <string_view>

namespace postern::smtpd {

/// "name=value\n" for each attribute; no value holds a line end or NUL.
std::string policy_request(const Evaluation& evaluation, std::string_view policy_context);

}  // namespace postern::smtpd
