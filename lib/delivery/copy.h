// A message as a mailbox has it: our header fields, then the content, lines ending with "\n".
#pragma once

#include "lib/base/result.h"
#include "lib/mail/status_code.h"
#include "lib/queue/content.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::delivery {

/// "Return-Path: <sender>", "X-Original-To: address" and "Delivered-To: address", each with its
/// line end; an empty `original` or `delivered_to` leaves that field out. Addresses in internal
/// form.
std::string delivery_fields(std::string_view sender, std::string_view original,
                            std::string_view delivered_to);

enum class FromLines {
    as_they_are,
    quoted,  ///< ">From " in the content, and an empty line behind it, as mbox needs it
};

/// Threads do not log: what came of writing to a mailbox, and what the administrator is to hear of
/// it besides.
struct Written {
    Result<off_t> offset;  ///< of the message in its file; errors name file and cause
    std::vector<std::string> warnings = {};

    explicit operator bool() const noexcept { return offset.has_value(); }
    const Error& error() const& { return offset.error(); }
};

/// The error of a write(2), from errno, "what: No space left on device": too_long for a file that
/// is as large as it may be, or a quota that is used up.
Error write_error(std::string_view what);

/// What a failed delivery to a mailbox or file is called: 5.2.2 when it is full, 5.2.0 for what
/// will fail again, 4.2.0 for the rest.
mail::StatusCode mailbox_status(const Error& error);
/// The same for reports: "input/output error" of a full one, else "".
std::string mailbox_diagnosis(const Error& error);

/// Writes `head` and the content to `fd`, in large pieces. Errors: write_error(), also where that
/// would be more than `room` bytes; damage of the queue file.
Result<void> copy_message(std::string head, queue::ContentReader content, FromLines from, int fd,
                          std::uint64_t room, std::string_view what);

}  // namespace postern::delivery
