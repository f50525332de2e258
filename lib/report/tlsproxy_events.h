// The events of tlsproxy, which has its clients from postscreen.
#pragma once

#include "lib/report/postscreen_events.h"

namespace postern::report {

/// "CONNECT from [192.0.2.1]:1234". postscreen has counted the client; its end is a ClientJudged.
struct ClientTaken {
    static constexpr std::string_view name = "client_taken";
    Endpoint client;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "TLS handshake failed for service=smtpd peer=[192.0.2.1]:1234"; a line before it says why.
struct HandshakeFailed {
    static constexpr std::string_view name = "handshake_failed";
    Endpoint client;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

}  // namespace postern::report
