// OpenSSL's random numbers. It seeds itself from the system; what is added makes it no worse.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::tls {

/// Fit for keys.
std::string random_bytes(std::size_t count);
/// Stirs bytes into the pool that random numbers come from. They are not counted as entropy.
void stir_in(std::string_view bytes);

}  // namespace postern::tls
