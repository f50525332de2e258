// Lines and records of tlsproxy; see the header.
#include "lib/report/tlsproxy_events.h"

#include <fmt/format.h>

namespace postern::report {

namespace {

void add_client(Record& record, const Endpoint& client) {
    record.add("client_address", client.address).add_number("client_port", client.port);
}

}  // namespace

std::string ClientTaken::line(const Wording&) const { return fmt::format("CONNECT from {}", client.text()); }

void ClientTaken::describe(Record& record) const { add_client(record, client); }

std::string HandshakeFailed::line(const Wording&) const {
    return fmt::format("TLS handshake failed for service=smtpd peer={}", client.text());
}

void HandshakeFailed::describe(Record& record) const { add_client(record, client); }

}  // namespace postern::report
