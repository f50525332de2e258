// Where a message came from, as log lines about its content say it.
#pragma once

#include "cleanup/draft.h"
#include "lib/report/reporter.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::cleanup {

/// So much of a field or line is shown.
inline constexpr std::size_t logged_length = 200;

/// What log lines say of the message.
struct Origin {
    std::string queue_id;
    std::string client_name = "local", client_address;  ///< of the SMTP client, if one sent it
    std::string protocol, helo;
    std::string sender;                    ///< internal form
    std::optional<std::string> recipient;  ///< the last one so far
};

/// That of a message whose envelope has been read so far.
Origin origin_of(const Draft& draft, std::string queue_id);

/// "QUEUEID: reject: header Subject: ... from ...; from=<...>: text"
void report_action(const Reporter& reporter, const Origin& origin, std::string_view action,
                   std::string_view part, std::string_view content, std::string_view text);
/// "QUEUEID: reject: mime-error PROBLEM: TEXT from ...; from=<...> to=<...>"
void report_mime_error(const Reporter& reporter, const Origin& origin, std::string_view problem,
                       std::string_view text);

}  // namespace postern::cleanup
