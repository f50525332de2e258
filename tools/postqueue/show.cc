#include "tools/postqueue/show.h"

#include "lib/base/clock.h"
#include "lib/base/strings.h"

#include <fmt/format.h>

#include <string>

namespace postern::postqueue {
namespace {

constexpr std::size_t text_limit = 1 << 20;
constexpr std::size_t reason_column_end = 76;  // of the text between the parentheses

/// The widths of the two layouts.
struct Layout {
    const char* heading;
    int id, size;
    const char* gap;  ///< between time and sender
    int recipient;
};
constexpr Layout short_layout = {
    "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n", 11, 7, "  ", 41};
constexpr Layout long_layout = {
    "----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------\n", 17, 8, " ", 47};

void write(std::FILE* output, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), output);
}

/// The id with its marks: * active, ! on hold, # forced to expire.
std::string marked_id(const ListedMessage& message) {
    std::string id = printable(message.queue_id);
    if (message.queue_name == "active") id += '*';
    if (message.queue_name == "hold") id += '!';
    if (message.is_force_expired) id += '#';
    return id;
}

std::string message_line(const ListedMessage& message, const Layout& layout) {
    return fmt::format("{:<{}} {:>{}} {}{}{}\n", marked_id(message), layout.id, message.size,
                       layout.size, listing_time(from_unix(message.arrival_time)), layout.gap,
                       printable(message.sender, text_limit));
}

/// A reason stands once before all recipients in a row that have it.
Result<void> show_recipients(ListingReader& listing, const Layout& layout, std::FILE* output) {
    std::string reason_before;
    for (;;) {
        auto recipient = listing.next_recipient();
        if (!recipient) return recipient.error();
        if (!*recipient) return success();
        if ((*recipient)->reason != reason_before) {
            reason_before = (*recipient)->reason;
            const std::string reason =
                reason_before.empty() ? "reason unavailable" : printable(reason_before, text_limit);
            write(output, fmt::format("{:>{}}\n", "(" + reason + ")", reason_column_end + 2));
        }
        write(output, fmt::format("{:{}}{}\n", "", layout.recipient,
                                  printable((*recipient)->address, text_limit)));
    }
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (char c : printable(text, text_limit)) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result += '"';
}

std::string json_head(const ListedMessage& message) {
    return fmt::format(
        "{{\"queue_name\": {}, \"queue_id\": {}, \"arrival_time\": {}, \"message_size\": {}, "
        "\"forced_expire\": {}, \"sender\": {}, \"recipients\": [",
        quoted(message.queue_name), quoted(message.queue_id), message.arrival_time, message.size,
        message.is_force_expired, quoted(message.sender));
}

std::string json_of(const ListedRecipient& recipient) {
    std::string text = "{\"address\": " + quoted(recipient.address);
    if (!recipient.orig_address.empty())
        text += ", \"orig_address\": " + quoted(recipient.orig_address);
    if (!recipient.reason.empty()) {
        text += recipient.has_bounced ? ", \"bounce_reason\": " : ", \"delay_reason\": ";
        text += quoted(recipient.reason);
    }
    return text += '}';
}

}  // namespace

Result<void> show_text(ListingReader& listing, bool long_ids, std::FILE* output) {
    const Layout& layout = long_ids ? long_layout : short_layout;
    std::int64_t messages = 0, bytes = 0;
    for (;;) {
        auto message = listing.next_message();
        if (!message) return message.error();
        if (!*message) break;
        write(output, messages++ == 0 ? layout.heading : "");
        bytes += (*message)->size;
        write(output, message_line(**message, layout));
        if (auto shown = show_recipients(listing, layout, output); !shown) return shown;
        write(output, "\n");
    }
    if (messages == 0)
        write(output, "Mail queue is empty\n");
    else
        write(output, fmt::format("-- {} Kbytes in {} Request{}.\n", bytes / 1024, messages,
                                  messages == 1 ? "" : "s"));
    return success();
}

Result<void> show_json(ListingReader& listing, std::FILE* output) {
    for (;;) {
        auto message = listing.next_message();
        if (!message) return message.error();
        if (!*message) return success();
        write(output, json_head(**message));
        for (bool is_first = true;; is_first = false) {
            auto recipient = listing.next_recipient();
            if (!recipient) return recipient.error();
            if (!*recipient) break;
            write(output, (is_first ? "" : ", ") + json_of(**recipient));
        }
        write(output, "]}\n");
    }
}

}  // namespace postern::postqueue
