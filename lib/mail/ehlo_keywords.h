// Keywords of EHLO that an administrator does not want to be used (smtp_discard_ehlo_keywords and its
// like).
#pragma once

#include <string>
#include <vector>

namespace postern::mail {

/// What the log says of them, "8BITMIME DSN"; "" with silent-discard among them, or where none of them
/// is known. `keywords` in any case.
std::string discarded_for_log(const std::vector<std::string>& keywords);

}  // namespace postern::mail
