// A record of what travels during one TLS session, for people to read: one file per session
// ("smtp_tls_loglevel = 1,trace"). Application data is not in it. For the sources of lib/tls only.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/tls/openssl.h"

#include <cstddef>
#include <memory>
#include <string>

namespace postern::tls {

class TraceFile {
public:
    /// FOLDER/PROCESS-yyyymmddhhmmss.usec-PEER-XXXXXX. `limit` in bytes. Error: temporary, it
    /// cannot be made.
    static Result<std::unique_ptr<TraceFile>> create(const std::string& folder, const std::string& process,
                                                     const std::string& peer, WallTime now, std::size_t limit);

    const std::string& path() const noexcept { return path_; }
    /// One message of the protocol, as SSL_set_msg_callback() has it.
    void add(int is_sent, int version, int content_type, const void* bytes, std::size_t size, SSL* ssl);

private:
    TraceFile(Fd file, std::string path, std::size_t limit)
        : file_(std::move(file)), path_(std::move(path)), left_(limit) {}
    void write(std::string_view text);

    Fd file_;
    const std::string path_;
    std::size_t left_;
};

}  // namespace postern::tls
