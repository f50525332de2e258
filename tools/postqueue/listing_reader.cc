#include "tools/postqueue/listing_reader.h"

#include "lib/base/strings.h"
#include "lib/queue/listing.h"

#include <fmt/format.h>

#include <utility>

namespace postern::postqueue {
namespace {

Error malformed(std::string_view why) {
    return permanent(fmt::format("malformed showq server response: {}", why));
}

constexpr std::size_t longest_word = 1 << 20;

}  // namespace

/// A name or a value, without its NUL.
Result<std::string> ListingReader::word() {
    if (ahead_) return *std::exchange(ahead_, {});
    for (;;) {
        const std::size_t end = buffer_.find('\0', position_);
        if (end != buffer_.npos) {
            std::string found = buffer_.substr(position_, end - position_);
            position_ = end + 1;
            return found;
        }
        buffer_.erase(0, std::exchange(position_, 0));
        if (buffer_.size() > longest_word) return malformed("a value without end");
        auto more = source_();
        if (!more) return more.error();
        if (more->empty()) return malformed("unexpected end of input");
        buffer_ += *more;
    }
}

/// The value of the attribute that must come now.
Result<std::string> ListingReader::value_of(std::string_view name) {
    auto found = word();
    if (!found) return found;
    if (*found != name)
        return malformed(fmt::format("\"{}\" instead of \"{}\"", printable(*found, 100), name));
    return word();
}

Result<void> ListingReader::begin() {
    if (std::exchange(has_begun_, true)) return success();
    auto protocol = value_of("protocol");
    if (!protocol) return protocol.error();
    if (*protocol != queue::listing_protocol) return malformed("another protocol");
    auto end = word();
    if (!end) return end.error();
    return end->empty() ? success() : Result<void>(malformed("more than a protocol"));
}

Result<std::optional<ListedMessage>> ListingReader::next_message() {
    if (auto begun = begin(); !begun) return begun.error();
    auto name = word();
    if (!name) return name.error();
    if (name->empty()) return std::optional<ListedMessage>();
    ahead_ = std::move(*name);
    ListedMessage message;
    std::string time, size, forced_expire;
    const std::pair<std::string_view, std::string*> members[] = {
        {"queue_name", &message.queue_name},
        {"queue_id", &message.queue_id},
        {"time", &time},
        {"size", &size},
        {"forced_expire", &forced_expire},
        {"sender", &message.sender},
    };
    for (const auto& [member, text] : members) {
        auto value = value_of(member);
        if (!value) return value.error();
        *text = std::move(*value);
    }
    const auto seconds = parse_signed(time), bytes = parse_signed(size);
    if (!seconds || !bytes) return malformed("no number where one must be");
    message.arrival_time = *seconds;
    message.size = *bytes;
    message.is_force_expired = forced_expire != "0";
    return std::optional(std::move(message));
}

Result<std::optional<ListedRecipient>> ListingReader::next_recipient() {
    auto name = word();
    if (!name) return name.error();
    if (name->empty()) return std::optional<ListedRecipient>();
    ahead_ = std::move(*name);
    ListedRecipient recipient;
    auto address = value_of("recipient");
    if (!address) return address.error();
    recipient.address = std::move(*address);
    auto reason = value_of("reason");
    if (!reason) return reason.error();
    recipient.reason = std::move(*reason);
    for (;;) {
        auto more = more_of_recipient(recipient);
        if (!more) return more.error();
        if (!*more) return std::optional(std::move(recipient));
    }
}

/// The attributes that only a detailed listing has; false when there are no more.
Result<bool> ListingReader::more_of_recipient(ListedRecipient& recipient) {
    auto name = word();
    if (!name) return name.error();
    if (*name != "orig_address" && *name != "bounced") {
        ahead_ = std::move(*name);
        return false;
    }
    auto value = word();
    if (!value) return value.error();
    if (*name == "bounced")
        recipient.has_bounced = *value != "0";
    else
        recipient.orig_address = std::move(*value);
    return true;
}

}  // namespace postern::postqueue
