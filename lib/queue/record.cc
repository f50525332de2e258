#include "lib/queue/record.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace postern::queue {
namespace {

constexpr std::array<std::pair<RecordType, std::string_view>, 28> names = {{
    {RecordType::size, "message_size"},
    {RecordType::time, "message_arrival_time"},
    {RecordType::create_time, "queue_file_create_time"},
    {RecordType::attribute, "named_attribute"},
    {RecordType::flags, "flags"},
    {RecordType::full_name, "sender_fullname"},
    {RecordType::inspector, "content_inspector"},
    {RecordType::redirect, "redirect_to"},
    {RecordType::sender, "sender"},
    {RecordType::verp, "verp_delimiters"},
    {RecordType::warn_time, "warning_message_time"},
    {RecordType::recipient, "recipient"},
    {RecordType::original_recipient, "original_recipient"},
    {RecordType::done_recipient, "done_recipient"},
    {RecordType::cancelled_recipient, "canceled_recipient"},
    {RecordType::killed, "killed_record"},
    {RecordType::dsn_return, "dsn_return_flags"},
    {RecordType::dsn_envelope_id, "dsn_envelope_id"},
    {RecordType::dsn_notify, "dsn_notify_flags"},
    {RecordType::dsn_orcpt, "dsn_original_recipient"},
    {RecordType::line, "regular_text"},
    {RecordType::long_line, "unterminated_text"},  // in the envelope: content_filter
    {RecordType::padding, "padding"},
    {RecordType::return_receipt, "return_receipt"},
    {RecordType::errors_to, "errors_to"},
    {RecordType::priority, "priority"},
    {RecordType::pointer, "pointer_record"},
    {RecordType::end, "end"},
}};

/// The head of a record: its type, the size of its data, and its own size.
struct Head {
    RecordType type;
    std::size_t data_size;
    std::size_t size;
};

/// Nothing when `input` ends within the head. Error text for a length that cannot be.
Result<std::optional<Head>> parse_head(std::string_view input) {
    std::size_t data_size = 0;
    unsigned shift = 0;
    for (std::size_t i = 1; i < input.size(); ++i) {
        const auto byte = static_cast<unsigned char>(input[i]);
        data_size |= std::size_t{byte & 0x7fu} << shift;
        if (data_size > record_limit) return permanent("record too long");
        if ((byte & 0x80) == 0) return Head{static_cast<RecordType>(input[0]), data_size, i + 1};
        if ((shift += 7) > 28) return permanent("bad record length");
    }
    return std::optional<Head>();
}

void append_head(std::string& buffer, RecordType type, std::size_t size) {
    buffer += static_cast<char>(type);
    for (; size >= 0x80; size >>= 7)
        buffer += static_cast<char>((size & 0x7f) | 0x80);
    buffer += static_cast<char>(size);
}

}  // namespace

std::optional<std::string_view> name_of(RecordType type) {
    const auto found =
        std::ranges::find(names, type, &std::pair<RecordType, std::string_view>::first);
    if (found == names.end()) return {};
    return found->second;
}

void append_record(std::string& buffer, RecordType type, std::string_view data) {
    append_head(buffer, type, data.size());
    buffer += data;
}

void append_line(std::string& buffer, std::string_view line, std::size_t limit) {
    for (; line.size() > limit; line.remove_prefix(limit))
        append_record(buffer, RecordType::long_line, line.substr(0, limit));
    append_record(buffer, RecordType::line, line);
}

std::string pointer_record(off_t target) {
    std::string record;
    append_record(record, RecordType::pointer, fmt::format("{:15}", target));
    return record;
}

Result<std::optional<off_t>> pointer_target(const Record& record) {
    const auto target = parse_number(trim(record.data));
    if (!target || *target > std::uint64_t{INT64_MAX})
        return permanent(fmt::format("bad pointer \"{}\"", printable(record.data, 40)));
    if (*target == 0) return std::optional<off_t>();
    return std::optional<off_t>(static_cast<off_t>(*target));
}

Attribute attribute_of(std::string_view data) {
    const auto parts = cut(data, '=');
    if (!parts) return {trim(data), {}};
    return {trim(parts->first), trim_left(parts->second)};
}

void append_attribute(std::string& buffer, std::string_view name, std::string_view value) {
    append_head(buffer, RecordType::attribute, name.size() + 1 + value.size());
    buffer.append(name).append(1, '=').append(value);
}

Result<std::optional<Record>> RecordParser::next() {
    const std::string_view input = rest();
    auto head = parse_head(input);
    if (!head) return head.error();
    if (!*head || input.size() - (*head)->size < (*head)->data_size) return std::optional<Record>();
    const Record record = {(*head)->type, input.substr((*head)->size, (*head)->data_size),
                           static_cast<off_t>(position_)};
    position_ += (*head)->size + (*head)->data_size;
    return std::optional<Record>(record);
}

RecordReader::RecordReader(int file, std::string name, std::size_t buffer_size)
    : file_(file), name_(std::move(name)), buffer_size_(buffer_size) {}

Error RecordReader::damage(std::string_view text, off_t offset) const {
    return permanent(fmt::format("{}: {} at offset {}", name_, text, offset));
}

Result<std::optional<Record>> RecordReader::next() {
    for (;;) {
        RecordParser parser(std::string_view(buffer_).substr(position_));
        auto record = parser.next();
        if (!record) return damage(record.error().text, offset());
        if (*record) {
            (*record)->offset = offset();
            position_ = buffer_.size() - parser.rest().size();
            return record;
        }
        auto more = fill();
        if (!more) return more.error();
        if (*more) continue;
        if (position_ == buffer_.size()) return std::optional<Record>();
        return damage("file ends within a record", offset());
    }
}

Result<bool> RecordReader::fill() {
    buffer_at_ += static_cast<off_t>(position_);
    buffer_.erase(0, std::exchange(position_, 0));
    const std::size_t kept = buffer_.size();
    buffer_.resize(std::max(buffer_size_, kept * 2));
    auto got = read_at(file_, std::span(buffer_).subspan(kept),
                       buffer_at_ + static_cast<off_t>(kept), name_);
    buffer_.resize(kept + (got ? *got : 0));
    if (!got) return got.error();
    return *got > 0;
}

void RecordReader::go_to(off_t offset) {
    const off_t within = offset - buffer_at_;
    if (within >= 0 && within <= static_cast<off_t>(buffer_.size())) {
        position_ = static_cast<std::size_t>(within);
        return;
    }
    buffer_.clear();
    position_ = 0;
    buffer_at_ = offset;
}

void RecordReader::seek(off_t offset) {
    go_to(offset);
    pointers_ = 0;
}

Result<std::optional<Record>> RecordReader::next_in_order() {
    for (;;) {
        auto record = next();
        if (!record || !*record || (*record)->type != RecordType::pointer) return record;
        const off_t pointer_at = (*record)->offset;
        auto target = pointer_target(**record);
        if (!target) return damage(target.error().text, pointer_at);
        if (!*target) continue;
        if (auto followed = follow(pointer_at, **target); !followed) return followed.error();
    }
}

/// A file cannot have more pointers than there is room for, so more were followed in a circle.
Result<void> RecordReader::follow(off_t pointer_at, off_t target) {
    if (pointers_ == 0) {
        auto status = status_of(file_, name_);
        if (!status) return status.error();
        most_pointers_ = static_cast<std::size_t>(status->st_size) / pointer_record_size + 1;
    }
    if (++pointers_ > most_pointers_) return damage("pointer records form a loop", pointer_at);
    go_to(target);
    return success();
}

}  // namespace postern::queue
