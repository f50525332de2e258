// Which versions of TLS may be spoken, in the notation of smtpd_tls_protocols and its like.
#pragma once

#include "lib/base/result.h"

#include <cstdint>
#include <string_view>

namespace postern::tls {

struct Protocols {
    int lowest = 0, highest = 0;     ///< as OpenSSL numbers them; 0 is no bound
    std::uint64_t excluded = 0;      ///< SSL_OP_NO_* flags of those that are left out

    /// ">=TLSv1.2, <=TLSv1.3", "!SSLv3, !TLSv1" (all but these), "TLSv1.2 TLSv1.3" (only these);
    /// a bound may also be a number, ">=0303". Names in any case; "" bounds nothing.
    /// Error: permanent, `Invalid TLS protocol list "..."`.
    static Result<Protocols> parse(std::string_view text);
};

}  // namespace postern::tls
