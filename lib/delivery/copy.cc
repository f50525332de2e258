// Copies of messages; see the header.
#include "lib/delivery/copy.h"

#include "lib/base/fd.h"
#include "lib/mail/address.h"

#include <fmt/format.h>

#include <cerrno>

namespace postern::delivery {

namespace {

constexpr std::size_t piece_size = 65536;

/// Fills `block` with lines, quoted where they could be taken for the start of a message.
Result<bool> fill_quoted(queue::ContentReader& content, std::string& block, bool& begins_line) {
    while (block.size() < piece_size) {
        auto line = content.next();
        if (!line) return line.error();
        if (!*line) {
            block += begins_line ? "\n" : "\n\n";
            begins_line = true;
            return false;
        }
        if (begins_line && (*line)->text.starts_with("From ")) block += '>';
        block += (*line)->text;
        if ((*line)->is_complete) block += '\n';
        begins_line = (*line)->is_complete;
    }
    return true;
}

}  // namespace

std::string delivery_fields(std::string_view sender, std::string_view original,
                            std::string_view delivered_to) {
    std::string text = fmt::format("Return-Path: <{}>\n", mail::external(sender));
    if (!original.empty()) text += fmt::format("X-Original-To: {}\n", mail::external(original));
    if (!delivered_to.empty())
        text += fmt::format("Delivered-To: {}\n", mail::external(delivered_to));
    return text;
}

Error write_error(std::string_view what) {
    Error error = system_error(what);
    if (errno == EFBIG || errno == EDQUOT) error.code = Errc::too_long;
    return error;
}

mail::StatusCode mailbox_status(const Error& error) {
    if (error.code == Errc::too_long) return {5, 2, 2};
    if (error.is_permanent()) return {5, 2, 0};
    return {4, 2, 0};
}

std::string mailbox_diagnosis(const Error& error) {
    return error.code == Errc::too_long ? "input/output error" : "";
}

Result<void> copy_message(std::string block, queue::ContentReader content, FromLines from, int fd,
                          std::uint64_t room, std::string_view what) {
    bool begins_line = true;
    for (bool has_more = true; has_more;) {
        auto filled = from == FromLines::quoted ? fill_quoted(content, block, begins_line)
                                                : content.fill(block, piece_size, "\n");
        if (!filled) return filled.error();
        has_more = *filled;
        if (block.size() > room) {
            errno = EFBIG;
            return write_error(what);
        }
        if (!write_all(fd, block, what)) return write_error(what);
        room -= block.size();
        block.clear();
    }
    return success();
}

}  // namespace postern::delivery
