// The JSON rendering of an event: one object on one line, flat, its members in a fixed order.
//
//     {"time":"2026-11-24T15:09:01.123456Z","program":"postfix/smtpd","pid":4711,
//      "event":"client_connected","client_name":"mail.example","client_address":"192.0.2.1"}
//
// The schema is stable: members are added, never renamed, and keep their types. What is not known
// is left out.
#pragma once

#include "lib/base/clock.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::report {

struct Peer;

class Record {
public:
    explicit Record(std::string_view event);

    Record& add(std::string_view name, std::string_view value);   ///< left out when empty
    Record& add_always(std::string_view name, std::string_view value);
    Record& add_number(std::string_view name, std::int64_t value);
    Record& add_seconds(std::string_view name, microseconds value);
    Record& add_flag(std::string_view name, bool value);
    /// NAME_name, NAME_address, NAME_port.
    Record& add_peer(std::string_view name, const Peer& peer);

    /// The members that every record has, and the end. `session` 0: the process's own event.
    std::string finish(WallTime when, std::string_view program, std::uint64_t process,
                       std::uint64_t session) const;

private:
    void begin(std::string_view name);
    std::string members_;
};

/// Where records go: a file, standard output, a socket.
class RecordSink {
public:
    virtual ~RecordSink() = default;
    /// A record without its newline.
    virtual void write(std::string_view record) = 0;
};

}  // namespace postern::report
