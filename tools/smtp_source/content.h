// What smtp-source sends as a message.
#pragma once

#include "tools/smtp_source/options.h"

#include <string>
#include <string_view>

namespace postern::smtp_source {

/// The content of message `number`, as it goes over the line (CR LF, dots doubled), without the
/// final dot. `file` is what -F names.
std::string content_of(const Options& options, std::string_view file, std::uint64_t number,
                       WallTime now, int process);

/// Lines of 80 bytes with their ends, the last as short as it takes: `length` bytes in all, of
/// which fewer than three cannot be a line and are left out.
std::string payload(std::size_t length);

/// Lines that end in LF or CR LF, with CR LF, and with a dot before a dot (RFC 5321 section 4.5.2).
std::string as_sent(std::string_view text);

/// Recipient `number` of a run: the address itself, or with the number before it.
std::string recipient(const Options& options, std::uint64_t number);

}  // namespace postern::smtp_source
