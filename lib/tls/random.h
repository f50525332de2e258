// OpenSSL's random numbers. It seeds itself from the system; what is added makes it no worse.
#pragma once

#include "lib/tls/session_store.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::tls {

/// Fit for keys.
std::string random_bytes(std::size_t count);
/// Stirs bytes into the pool that random numbers come from. They are not counted as entropy.
void stir_in(std::string_view bytes);

/// Stirs what tlsmgr gives into the random numbers of this process, once. An answer that does not
/// come is missed by nobody: see above.
class Seeding {
public:
    Task<void> before_first_handshake(SessionStore& store);

private:
    bool has_asked_ = false;
};

}  // namespace postern::tls
