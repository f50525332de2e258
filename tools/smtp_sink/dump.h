// Messages as smtp-sink writes them to files (smtp-sink(1), DUMP FILE FORMAT).
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::smtp_sink {

/// Where to: a file for each message, one file for many, or nowhere.
struct DumpPlace {
    std::string template_text;     ///< of -d or -D, for strftime(3); "": nowhere
    bool is_one_file_each = false; ///< -d: a number is appended
    std::string start;             ///< -S

    bool is_wanted() const noexcept { return !template_text.empty(); }
};

/// What is known about a message beside its content.
struct Transaction {
    std::string client_address;      ///< "192.0.2.1", "ipv6:2001:db8::1"
    std::string protocol;            ///< SMTP, ESMTP, LMTP
    std::string helo;                ///< arguments of HELO and the like
    bool has_helo = false;
    std::string mail;                ///< arguments of MAIL
    std::vector<std::string> recipients;
    std::string host;                ///< -h
    std::uint32_t id = 0;            ///< by chance
};

/// The lines before the message.
std::string dump_headers(const Transaction& transaction, WallTime when);

/// Appends the message, LF at line ends, to its file, whose folders are made when they are missing.
/// Errors name the file.
Result<void> dump(const DumpPlace& place, const Transaction& transaction, std::string_view content,
                  WallTime when);

}  // namespace postern::smtp_sink
