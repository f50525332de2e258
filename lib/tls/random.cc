// Random numbers; see the header.
#include "lib/tls/random.h"

#include <openssl/rand.h>

#include <stdexcept>
#include <utility>

namespace postern::tls {

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
        throw std::runtime_error("OpenSSL has no random numbers");
    return bytes;
}

void stir_in(std::string_view bytes) { RAND_add(bytes.data(), static_cast<int>(bytes.size()), 0); }

Task<void> Seeding::before_first_handshake(SessionStore& store) {
    if (std::exchange(has_asked_, true)) co_return;
    if (const auto bytes = co_await store.random_bytes()) stir_in(*bytes);
}

}  // namespace postern::tls
