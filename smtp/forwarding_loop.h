// flags=D of master.cf: a message that says that it was delivered to a recipient before goes round in
// a circle (smtp(8)).
#pragma once

#include "smtp/outcomes.h"

namespace postern::smtp {

/// Returns the mail of those recipients whom a Delivered-To: names. `header_size_limit`: bytes of a
/// header field that are looked at.
Task<void> return_looping_mail(delivery::Job& job, std::size_t header_size_limit, Verdicts& verdicts);

}  // namespace postern::smtp
