// Receives the datagrams of all programs and writes their lines in order: at once when all are there
// that can come before them, in pieces while many come.
#pragma once

#include "lib/base/pace.h"
#include "lib/base/unsent_lines.h"
#include "lib/event/loop.h"
#include "services/postlogd/line_order.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::postlogd {

class Collector : private event::Timer {
public:
    /// Takes whole lines; returns false when it has some left that it could not write.
    using Write = std::function<bool(std::string_view lines)>;

    /// Reads from `socket`, which its owner watches. `unsent` tells since when who keeps lines; null:
    /// that is not known, and each line is kept for UnsentLines::patience.
    Collector(event::Loop& loop, int socket, const UnsentLines* unsent, std::string host, Write write);

    /// Reads what has come, and writes what can be written.
    void receive();
    /// Writes all lines now.
    void write_all();
    /// For the end of the mail system: reads on, without the loop, until nobody has sent anything
    /// for `quiet`.
    void finish(milliseconds quiet);

private:
    void expired() override;
    WallTime take_in();
    bool read_waiting();
    void write_until(WallTime complete);

    event::Loop& loop_;
    int socket_;
    const UnsentLines* unsent_;
    LineOrder order_;
    Write write_;
    std::vector<std::string> buffers_;
    WallTime complete_{};        // up to here all lines are there
    Pace pace_{16};
    bool has_backlog_ = false;   // the last write left some
};

}  // namespace postern::postlogd
