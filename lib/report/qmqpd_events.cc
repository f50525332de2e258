// Lines and records of QMQP sessions; see the header.
#include "lib/report/qmqpd_events.h"

#include <fmt/format.h>

namespace postern::report {

std::string QmqpClientDisconnected::line(const Wording& wording) const {
    return "disconnect from " + client_text(client, wording);
}

void QmqpClientDisconnected::describe(Record& record) const { record.add_peer("client", client); }

std::string QmqpMailRefused::line(const Wording& wording) const {
    return fmt::format("NOQUEUE: {}: {}", client_text(client, wording), reply);
}

void QmqpMailRefused::describe(Record& record) const {
    record.add_peer("client", client).add_flag("temporary", is_temporary).add("reply", reply);
}

std::string QmqpSessionFailed::line(const Wording& wording) const {
    return fmt::format("NOQUEUE: {}: {}", client_text(client, wording), reason);
}

void QmqpSessionFailed::describe(Record& record) const {
    record.add_peer("client", client).add("reason", reason);
}

}  // namespace postern::report
