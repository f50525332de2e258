// The server of qmqp-sink: reads what a client sends, and says that all is well
// (https://cr.yp.to/proto/qmqp.html).
#pragma once

#include "lib/base/log.h"
#include "lib/event/group.h"
#include "lib/event/socket.h"
#include "lib/event/stream.h"

#include <memory>
#include <vector>

namespace postern::qmqp_sink {

class Server {
public:
    /// `sockets` are listening; with `shows_counter` each message is counted on standard output.
    Server(event::Loop& loop, std::vector<Fd> sockets, bool shows_counter, Log log);

private:
    Task<void> session(Fd client);
    Task<Result<void>> take_message(event::Stream& client);
    void show_counter() const;

    event::Loop& loop_;
    const bool shows_counter_;
    const Log log_;
    event::TaskGroup sessions_;
    std::vector<std::unique_ptr<event::Listener>> listeners_;
    std::uint64_t messages_ = 0;
};

}  // namespace postern::qmqp_sink
