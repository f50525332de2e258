// Which digests of TLSA records (RFC 6698 section 2.1.3) count, and which of them is the strongest.
#pragma once

#include "lib/base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace postern::tls {

struct DaneDigest {
    std::string name;                  ///< "sha512"
    std::uint8_t matching_type = 0;
    std::size_t size = 0;              ///< of a digest, in bytes
};

/// tls_dane_digests: "sha512 sha256", "name=number" for what has a number of IANA's that we do not
/// know. The strongest first. Error: permanent, naming the word: DANE cannot be used.
Result<std::vector<DaneDigest>> parse_dane_digests(const std::vector<std::string>& words);

}  // namespace postern::tls
