// What a QMQP client sends (https://cr.yp.to/proto/qmqp.html): one netstring, in which there are
// netstrings: the message, the sender, and each recipient.
#pragma once

#include "lib/event/stream.h"

#include <cstddef>
#include <string>
#include <vector>

namespace postern::qmqpd {

struct Message {
    std::string content;   ///< lines end in LF
    std::string sender;    ///< as the client wrote it
    std::vector<std::string> recipients;
};

/// At most `size_limit` bytes in all, each of which may come `timeout` after the one before.
/// Errors: those of the stream; too_long; permanent: not the protocol, and what is wrong.
Task<Result<Message>> read_message(event::Stream& client, std::size_t size_limit, seconds timeout);

}  // namespace postern::qmqpd
