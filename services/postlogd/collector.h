// Receives the datagrams of all programs and writes their lines in order.
#pragma once

#include "lib/event/loop.h"
#include "services/postlogd/line_order.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace postern::postlogd {

class Collector : private event::Timer {
public:
    /// Takes whole lines; returns false when it has some left that it could not write.
    using Write = std::function<bool(std::string_view lines)>;

    Collector(event::Loop& loop, std::string host, Write write)
        : loop_(loop), order_(std::move(host)), write_(std::move(write)), buffer_(65536, '\0') {}

    /// Reads what has come to a socket. The lines are written LineOrder::patience after their time.
    void receive(int socket);
    /// Writes all lines now.
    void write_all();
    /// For the end of the mail system: reads on, without the loop, until nobody has sent anything
    /// for `quiet`.
    void finish(std::span<const int> sockets, milliseconds quiet);

private:
    void expired() override;
    void write_due();

    event::Loop& loop_;
    LineOrder order_;
    Write write_;
    std::string buffer_;
    bool has_backlog_ = false;   // the last write left some
};

}  // namespace postern::postlogd
