// Origins; see the header.
#include "cleanup/origin.h"

#include "lib/base/strings.h"
#include "lib/report/message_events.h"

#include <fmt/format.h>

namespace postern::cleanup {

Origin origin_of(const Draft& draft, std::string queue_id) {
    Origin origin;
    origin.queue_id = std::move(queue_id);
    if (!draft.attribute("log_client_name").empty()) {
        origin.client_name = draft.attribute("log_client_name");
        origin.client_address = draft.attribute("log_client_address");
    }
    origin.protocol = draft.attribute("log_protocol_name");
    origin.helo = draft.attribute("log_helo_name");
    origin.sender = draft.sender;
    if (!draft.recipients.empty()) origin.recipient = draft.recipients.back().address;
    return origin;
}

void report_action(const Reporter& reporter, const Origin& origin, std::string_view action,
                   std::string_view part, std::string_view content, std::string_view text) {
    const std::string shown = printable(content, 2 * logged_length), said = printable(text);
    report::ContentActedOn event;
    event.queue_id = origin.queue_id;
    event.action = action;
    event.part = part;
    event.content = shown;
    event.client = {origin.client_name, origin.client_address};
    event.transaction.sender = origin.sender;
    if (origin.recipient) event.transaction.recipient = *origin.recipient;
    event.transaction.protocol = origin.protocol;
    event.transaction.helo = origin.helo;
    event.text = said;
    reporter.report(event);
}

void report_mime_error(const Reporter& reporter, const Origin& origin, std::string_view problem,
                       std::string_view text) {
    Origin shown = origin;
    shown.protocol = shown.helo = "";
    report_action(reporter, shown, "reject", "mime-error",
                  fmt::format("{}: {}", problem, printable(text, logged_length)), {});
}

}  // namespace postern::cleanup
