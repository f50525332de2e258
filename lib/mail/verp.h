// Variable envelope return paths: a sender for each recipient.
#pragma once

#include <string>
#include <string_view>

namespace postern::mail {

/// owner-list+user=domain@origin. `delimiters` are two characters: the one after the sender's local
/// part, and the one that stands for the "@" of the recipient. Addresses are in internal form.
std::string verp_sender(std::string_view sender, std::string_view delimiters,
                        std::string_view recipient);

}  // namespace postern::mail
