// A QMQP message as cleanup takes it: queue-file records.
#pragma once

#include "lib/report/wording.h"
#include "lib/service/cleanup.h"
#include "services/qmqpd/message.h"
#include "services/qmqpd/settings.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::qmqpd {

/// A sender "prefix@origin-@[]" asks for VERP: "prefix", whose last byte is the first delimiter,
/// and `=`, the second.
struct Sender {
    std::string address;           ///< without what asks for VERP
    std::string verp_delimiters;   ///< "-="; "": not asked for
};
/// Error, permanent: delimiters that verp_delimiter_filter does not have.
Result<Sender> parse_sender(std::string_view text, std::string_view verp_delimiter_filter);

service::Submit submit_request(const Settings& settings, const report::Peer& client,
                               const Message& message, WallTime now);

/// Up to the record that begins the content.
std::string envelope_records(const Settings& settings, const report::Peer& client,
                             const Sender& sender, const Message& message, WallTime now);
/// Takes lines from the start of `content` until about `size` bytes of records are there; a last
/// line needs no end.
std::string content_records(std::string_view& content, std::size_t line_length_limit,
                            std::size_t size);
std::string closing_records();

}  // namespace postern::qmqpd
