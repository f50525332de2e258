// What is wrong with a certificate, as a kind.
#pragma once

#include <string_view>

namespace postern::tls {

enum class Flaw { untrusted, expired, wrong_name, other };

/// By the words of PeerCertificate::problem.
Flaw flaw_in(std::string_view problem);

}  // namespace postern::tls
