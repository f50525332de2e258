// Records; see the header.
#include "services/qmqpd/envelope.h"

#include "lib/base/strings.h"
#include "lib/mail/made_headers.h"
#include "lib/queue/record.h"

#include <fmt/format.h>

namespace postern::qmqpd {

using queue::append_attribute;
using queue::append_record;
using queue::RecordType;

namespace {

constexpr std::string_view protocol = "QMQP";
/// Where the queue id goes, which only cleanup knows.
constexpr std::string_view id_mark = "\x01";

bool is_ipv6(const report::Peer& client) { return client.address.find(':') != client.address.npos; }

std::string mail_address(const report::Peer& client) {
    return fmt::format("{}{}", is_ipv6(client) ? "IPv6:" : "", client.address);
}

}  // namespace

Result<Sender> parse_sender(std::string_view text, std::string_view verp_delimiter_filter) {
    constexpr std::string_view request = "-@[]";
    if (!text.ends_with(request) || text.size() == request.size()) return Sender{std::string(text), ""};
    text.remove_suffix(request.size());
    const auto at = text.rfind('@');
    if (at == text.npos || at == 0) return permanent("Invalid VERP sender");
    Sender sender{fmt::format("{}{}", text.substr(0, at - 1), text.substr(at)),
                  {text[at - 1], '='}};
    if (sender.verp_delimiters.find_first_not_of(verp_delimiter_filter) != std::string::npos)
        return permanent("Invalid VERP delimiters");
    return sender;
}

service::Submit submit_request(const Settings& settings, const report::Peer& client,
                               const Message& message, WallTime now) {
    mail::Received received;
    received.helo = received.client_name = client.name;
    received.client_address = client.address;
    received.is_ipv6 = is_ipv6(client);
    received.by = settings.myhostname;
    received.mail_name = settings.mail_name;
    received.protocol = protocol;
    received.queue_id = id_mark;
    if (message.recipients.size() == 1) received.recipient = message.recipients[0];
    received.time = now;
    const auto text = mail::received_field(received);
    const auto mark = text.find(id_mark);

    service::Submit request;
    request.options = settings.options;
    request.is_reported = true;
    request.received_before = text.substr(0, mark);
    request.received_after = text.substr(mark + id_mark.size());
    return request;
}

std::string envelope_records(const Settings& settings, const report::Peer& client,
                             const Sender& sender, const Message& message, WallTime now) {
    std::string records;
    append_record(records, RecordType::time,
                  fmt::format("{} {}", to_unix(now), now.time_since_epoch().count() % 1000000));
    append_attribute(records, "rewrite_context", "local");
    if (!settings.content_filter.empty())
        append_record(records, RecordType::content_filter, settings.content_filter);
    if (!sender.verp_delimiters.empty())
        append_record(records, RecordType::verp, sender.verp_delimiters);
    append_record(records, RecordType::sender, sender.address);
    for (const std::string_view kind : {"log_client_", "client_"}) {
        const auto append = [&](std::string_view name, std::string_view value) {
            append_attribute(records, fmt::format("{}{}", kind, name), value);
        };
        append("name", client.name);
        append("address", mail_address(client));
        append("port", fmt::to_string(client.port));
    }
    append_attribute(records, "log_message_origin",
                     fmt::format("{}[{}]", client.name, client.address));
    append_attribute(records, "log_protocol_name", protocol);
    append_attribute(records, "protocol_name", protocol);
    for (const std::string& recipient : message.recipients)
        append_record(records, RecordType::recipient, recipient);
    append_record(records, RecordType::content, {});
    return records;
}

std::string content_records(std::string_view& content, std::size_t line_length_limit,
                            std::size_t size) {
    std::string records;
    while (!content.empty() && records.size() < size) {
        const auto end = std::min(content.find('\n'), content.size());
        queue::append_line(records, content.substr(0, end), line_length_limit);
        content.remove_prefix(std::min(end + 1, content.size()));
    }
    return records;
}

std::string closing_records() {
    std::string records;
    append_record(records, RecordType::extracted, {});
    append_record(records, RecordType::end, {});
    return records;
}

}  // namespace postern::qmqpd
