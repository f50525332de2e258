// What happens in a QMQP session with a client, beside what SMTP sessions have too.
#pragma once

#include "lib/base/log.h"
#include "lib/report/counters.h"
#include "lib/report/record.h"
#include "lib/report/wording.h"

#include <string>
#include <string_view>

namespace postern::report {

/// "disconnect from mail.example[192.0.2.1]"
struct QmqpClientDisconnected {
    static constexpr std::string_view name = "client_disconnected";
    Peer client;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::clients_disconnected); }
};

/// A message that was not taken: "NOQUEUE: mail.example[192.0.2.1]: Error: text"
struct QmqpMailRefused {
    static constexpr std::string_view name = "mail_refused";
    Peer client;
    bool is_temporary = false;
    std::string_view reply;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// The client went away, or fell silent: "NOQUEUE: mail.example[192.0.2.1]:
/// lost connection while receiving message content"
struct QmqpSessionFailed {
    static constexpr std::string_view name = "session_broken";
    Peer client;
    std::string_view reason;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

}  // namespace postern::report
