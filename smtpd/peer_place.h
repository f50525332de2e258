// Where a service of the administrator's listens, as main.cf has it.
#pragma once

#include <string>
#include <string_view>

namespace postern::smtpd {

/// "inet:host:port" or "unix:path": "inet:port" is a port of this machine, and "local:" is another
/// word for "unix:". What is neither stays as it is.
std::string peer_place(std::string_view text);

}  // namespace postern::smtpd
