// A message as a mailbox has it: our header fields, then the content, lines ending with "\n".
#pragma once

#include "lib/base/result.h"
#include "lib/mail/status_code.h"
#include "lib/queue/content.h"

#include <string>
#include <string_view>

namespace postern::delivery {

/// "Return-Path: <sender>", "X-Original-To: address" and "Delivered-To: address", each with its
/// line end; an empty `original` or `delivered_to` leaves that field out. Addresses in internal
/// form.
std::string delivery_fields(std::string_view sender, std::string_view original,
                            std::string_view delivered_to);

enum class FromLines {
    as_they_are,
    quoted,  ///< ">From " in the content, as mbox needs it
};

/// The error of a write(2), from errno, "what: No space left on device": too_long for a file that
/// is as large as it may be, or a quota that is used up.
Error write_error(std::string_view what);

/// What a failed delivery to a mailbox or file is called: 5.2.2 when it is full, 5.2.0 for what
/// will fail again, 4.2.0 for the rest.
mail::StatusCode mailbox_status(const Error& error);
/// The same for reports: "input/output error" of a full one, else "".
std::string mailbox_diagnosis(const Error& error);

/// Writes `head` and the content to `fd`, in large pieces. Errors: write_error(); damage of the
/// queue file.
Result<void> copy_message(std::string head, queue::ContentReader content, FromLines from, int fd,
                          std::string_view what);

}  // namespace postern::delivery
