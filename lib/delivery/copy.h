// A message as a mailbox has it: our header fields, then the content, lines ending with "\n".
#pragma once

#include "lib/base/result.h"
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

/// Writes `head` and the content to `fd`, in large pieces. Gives the bytes written. Errors: those
/// of write(2), naming `what`; damage of the queue file.
Result<std::size_t> copy_message(std::string head, queue::ContentReader content, FromLines from,
                                 int fd, std::string_view what);

}  // namespace postern::delivery
