// Fewer segments: a short record that nobody waits for travels with what is written after it.
#pragma once

#include "lib/tls/openssl.h"

#include <string>

namespace postern::tls {

/// What lies between an SSL and its socket when it writes. A ticket of TLS 1.3 (RFC 8446 section
/// 4.6.1) is always kept back until the next record; as in TCP_CORK, all is while it is put in.
/// Each segment costs both sides a system call, and wakes up the other one.
class Cork {
public:
    /// Below `ssl`, which has its socket already, and must end before the cork does.
    void attach(SSL* ssl);

    void put_in() noexcept { is_in_ = true; }
    /// Sends what was kept back. False: something is left until the socket is writable again; of a
    /// broken connection nothing is left.
    bool pull_out();

private:
    static BIO_METHOD* method();
    static int write(BIO* bio, const char* data, int size);
    static long control(BIO* bio, int command, long number, void* pointer);
    bool keeps_back() const;
    /// True: all is sent. False: the flags of `bio` say whether to try again.
    bool send(BIO* bio);

    SSL* ssl_ = nullptr;
    std::string kept_;
    bool is_in_ = false;
};

}  // namespace postern::tls
