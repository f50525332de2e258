// The reply to who stands on a block list (default_rbl_reply, rbl_reply_maps).
#pragma once

#include "smtpd/rules/dns_list.h"
#include "smtpd/rules/evaluation.h"

#include <string>
#include <string_view>

namespace postern::smtpd {

/// Who stands on the list.
struct Listed {
    std::string what;            ///< "192.0.2.1", "spam.example", "user@spam.example"
    std::string_view its_class;  ///< "Client host"
    std::string reason;          ///< of the list; may be ""
};

/// From the template that rbl_reply_maps has for the list, else default_rbl_reply. A template that
/// cannot be used is logged, and the answer is that of the default.
Task<Reply> list_reply(Evaluation& evaluation, const DnsList& list, Listed listed);

}  // namespace postern::smtpd
