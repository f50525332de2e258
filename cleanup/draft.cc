// Envelope records; see the header.
#include "cleanup/draft.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::cleanup {

namespace {

std::optional<WallTime> parse_time(std::string_view data) {
    const auto parts = split(data, " ");
    if (parts.empty() || parts.size() > 2) return std::nullopt;
    const auto whole = parse_number(parts[0]);
    const auto micros =
        parts.size() == 2 ? parse_number(parts[1]) : std::optional<std::uint64_t>(0);
    if (!whole || !micros) return std::nullopt;
    return WallTime(seconds(*whole) + microseconds(*micros));
}

}  // namespace

std::string_view Draft::attribute(std::string_view name) const {
    for (const auto& [known, value] : attributes)
        if (known == name) return value;
    return {};
}

Result<void> Draft::take(const queue::Record& record) {
    using queue::RecordType;
    const std::string_view data = record.data;
    switch (record.type) {
        case RecordType::time:
            if (!(arrival = parse_time(data))) return permanent("bad time record");
            return success();
        case RecordType::attribute:
            return take_attribute(data);
        case RecordType::full_name:
            full_name = data;
            has_full_name = true;
            return success();
        case RecordType::content_filter:
            content_filter = data;
            return success();
        case RecordType::redirect:
            redirect = data;
            return success();
        case RecordType::verp:
            verp_delimiters = data;
            return success();
        case RecordType::sender:
            sender = data;
            has_sender = true;
            return success();
        case RecordType::original_recipient:
            pending_.original = data;
            return success();
        case RecordType::recipient:
            take_recipient(data);
            return success();
        // Made anew, or of sections that say nothing to us.
        case RecordType::size:
        case RecordType::create_time:
        case RecordType::flags:
        case RecordType::inspector:
        case RecordType::warn_time:
        case RecordType::priority:
        case RecordType::return_receipt:
        case RecordType::errors_to:
        case RecordType::padding:
        case RecordType::killed:
        case RecordType::done_recipient:
        case RecordType::cancelled_recipient:
            return success();
        default:
            return permanent(
                fmt::format("record type '{}' in an envelope",
                            printable(std::string(1, static_cast<char>(record.type)))));
    }
}

Result<void> Draft::take_attribute(std::string_view data) {
    const queue::Attribute attribute = queue::attribute_of(data);
    if (attribute.name == "dsn_orig_rcpt") {
        pending_.dsn_orcpt = attribute.value;
    } else if (attribute.name == "notify_flags") {
        const auto bits = parse_number(attribute.value);
        if (!bits || *bits > 15) return permanent("bad notify_flags attribute");
        pending_.notify.bits = static_cast<std::uint8_t>(*bits);
    } else if (attribute.name != "create_time") {
        attributes.emplace_back(attribute.name, attribute.value);
    }
    return success();
}

void Draft::take_recipient(std::string_view address) {
    pending_.address = address;
    if (pending_.original.empty()) pending_.original = address;
    recipients.push_back(std::exchange(pending_, {}));
}

}  // namespace postern::cleanup
