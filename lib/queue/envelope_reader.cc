#include "lib/queue/envelope_reader.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace postern::queue {
namespace {

/// "seconds microseconds", or seconds only.
Result<WallTime> parse_time(std::string_view text) {
    const auto parts = split(text);
    const auto since_epoch = parts.empty() ? std::nullopt : parse_number(parts[0]);
    const auto micros = parts.size() < 2 ? std::optional<std::uint64_t>(0) : parse_number(parts[1]);
    constexpr std::uint64_t latest = 253'402'300'799;  // the end of year 9999
    if (!since_epoch || !micros || *since_epoch > latest || *micros >= 1'000'000)
        return permanent(fmt::format("bad time \"{}\"", printable(text, 40)));
    return from_unix(static_cast<std::int64_t>(*since_epoch)) + microseconds(*micros);
}

Result<void> set_time(std::optional<WallTime>& member, std::string_view text) {
    auto parsed = parse_time(text);
    if (!parsed) return parsed.error();
    member = *parsed;
    return success();
}

mail::Notify parse_notify(std::string_view text) {
    return {static_cast<std::uint8_t>(parse_number(trim(text)).value_or(0) & 0xf)};
}

/// Records that are one piece of text in the envelope.
constexpr std::array<std::pair<RecordType, std::string Envelope::*>, 7> texts = {{
    {RecordType::sender, &Envelope::sender},
    {RecordType::full_name, &Envelope::full_name},
    {RecordType::content_filter, &Envelope::content_filter},
    {RecordType::redirect, &Envelope::redirect},
    {RecordType::verp, &Envelope::verp_delimiters},
    {RecordType::errors_to, &Envelope::errors_to},
    {RecordType::return_receipt, &Envelope::return_receipt},
}};

/// Records of old versions that are attributes now.
constexpr std::array<std::pair<RecordType, std::string_view>, 2> old_attributes = {{
    {RecordType::dsn_envelope_id, "envelope_id"},
    {RecordType::dsn_return, "ret_flags"},
}};

/// No meaning to us.
constexpr std::array passed_over = {RecordType::killed,    RecordType::flags,
                                    RecordType::inspector, RecordType::create_time,
                                    RecordType::priority,  RecordType::padding};

template <class List>
auto find_type(const List& list, RecordType type) {
    return std::ranges::find(list, type, [](const auto& row) { return row.first; });
}

}  // namespace

EnvelopeReader::EnvelopeReader(int file, std::string name) : records_(file, std::move(name)) {}

void EnvelopeReader::resume(off_t position, const MessageSizes& sizes) {
    sizes_ = sizes;
    kept_.clear();
    at_end_ = false;
    return_to(position);
}

void EnvelopeReader::return_to(off_t position) {
    position_ = position;
    records_.seek(position);
    pending_ = {};
    past_content_ = false;
}

Result<Envelope> EnvelopeReader::read(std::size_t recipient_limit) {
    Envelope envelope;
    Seen seen;
    bool all_kept = true;
    resume(0, {});
    while (!seen.end) {
        auto record = next_record();
        if (!record) return record.error();
        if (!*record) return records_.damage("no end record", records_.offset());
        if (take_recipient_part(**record)) continue;
        if (auto recipient = take_recipient(**record)) {
            all_kept = all_kept && keep(std::move(*recipient), recipient_limit);
            continue;
        }
        if (auto taken = take(envelope, seen, **record); !taken)
            return records_.damage(taken.error().text, (*record)->offset);
    }
    if (!seen.time)
        return records_.damage("no arrival time record before the end", records_.offset());
    if (!seen.sender) return records_.damage("no sender record before the end", records_.offset());
    envelope.attributes.shrink();
    at_end_ = all_kept;
    if (!all_kept) return_to(position_);
    return envelope;
}

bool EnvelopeReader::keep(Recipient recipient, std::size_t limit) {
    if (kept_.size() == limit) return false;
    kept_.push_back(std::move(recipient));
    position_ = records_.offset();
    return true;
}

Result<std::vector<Recipient>> EnvelopeReader::recipients(std::size_t limit) {
    const auto taken = static_cast<std::ptrdiff_t>(std::min(limit, kept_.size()));
    std::vector<Recipient> list(std::make_move_iterator(kept_.begin()),
                                std::make_move_iterator(kept_.begin() + taken));
    kept_.erase(kept_.begin(), kept_.begin() + taken);
    while (list.size() < limit && !at_end_) {
        auto record = next_record();
        if (!record) return record.error();
        at_end_ = !*record || (*record)->type == RecordType::end;
        if (at_end_ || take_recipient_part(**record)) continue;
        if (auto recipient = take_recipient(**record)) list.push_back(std::move(*recipient));
        position_ = records_.offset();
    }
    return list;
}

/// The next record of the envelope or the extracted section.
Result<std::optional<Record>> EnvelopeReader::next_record() {
    for (;;) {
        auto record = records_.next_in_order();
        if (!record || !*record) return record;
        if ((*record)->type == RecordType::extracted) continue;
        if ((*record)->type != RecordType::content) return record;
        if (auto skipped = skip_content((*record)->offset); !skipped) return skipped.error();
    }
}

/// Goes to the extracted section: the size record tells where, once the file is complete.
Result<void> EnvelopeReader::skip_content(off_t content_at) {
    if (std::exchange(past_content_, true))
        return records_.damage("the content begins a second time", content_at);
    if (sizes_.data_offset > 0) records_.seek(sizes_.data_offset + sizes_.data_size);
    for (;;) {
        auto record = records_.next_in_order();
        if (!record) return record.error();
        if (!*record) return records_.damage("file ends within the content", records_.offset());
        if ((*record)->type == RecordType::extracted) return success();
        if (sizes_.data_offset > 0)
            return records_.damage("no extracted section where the size record has it",
                                   (*record)->offset);
    }
}

/// What stands before a recipient and is about it.
bool EnvelopeReader::take_recipient_part(const Record& record) {
    switch (record.type) {
        case RecordType::original_recipient:
            pending_.original = record.data;
            return true;
        case RecordType::dsn_orcpt:
            pending_.dsn_orcpt = record.data;
            return true;
        case RecordType::dsn_notify:
            pending_.notify = parse_notify(record.data);
            return true;
        case RecordType::attribute:
            break;
        default:
            return false;
    }
    const auto [name, value] = attribute_of(record.data);
    if (name == "dsn_orig_rcpt") pending_.dsn_orcpt = value;
    if (name == "notify_flags") pending_.notify = parse_notify(value);
    return name == "dsn_orig_rcpt" || name == "notify_flags";
}

/// A recipient that is not done. One that is ends what stood before it, too.
std::optional<Recipient> EnvelopeReader::take_recipient(const Record& record) {
    const bool is_done =
        record.type == RecordType::done_recipient || record.type == RecordType::cancelled_recipient;
    if (!is_done && record.type != RecordType::recipient) return {};
    Recipient recipient = std::exchange(pending_, {});
    if (is_done) return {};
    recipient.address = record.data;
    recipient.offset = record.offset;
    return recipient;
}

Result<void> EnvelopeReader::take(Envelope& envelope, Seen& seen, const Record& record) {
    if (const auto text = find_type(texts, record.type); text != texts.end()) {
        envelope.*(text->second) = record.data;
        seen.sender = seen.sender || record.type == RecordType::sender;
        return success();
    }
    if (const auto old = find_type(old_attributes, record.type); old != old_attributes.end()) {
        envelope.attributes.set(old->second, record.data);
        return success();
    }
    switch (record.type) {
        case RecordType::size:
            return take_sizes(envelope, record);
        case RecordType::time:
            return take_arrival(envelope, seen, record);
        case RecordType::attribute:
            return take_attribute(envelope, record);
        case RecordType::warn_time:
            return take_warn_time(envelope, record);
        case RecordType::end:
            seen.end = true;
            return success();
        case RecordType::done_recipient:
        case RecordType::cancelled_recipient:
            return success();
        default:
            break;
    }
    if (std::ranges::find(passed_over, record.type) != passed_over.end()) return success();
    return permanent(fmt::format("record type {} in the envelope", static_cast<int>(record.type)));
}

Result<void> EnvelopeReader::take_sizes(Envelope& envelope, const Record& record) {
    auto sizes = MessageSizes::parse(record.data);
    if (!sizes) return sizes.error();
    envelope.sizes = sizes_ = *sizes;
    return success();
}

Result<void> EnvelopeReader::take_arrival(Envelope& envelope, Seen& seen, const Record& record) {
    if (std::exchange(seen.time, true)) return success();  // the first one counts
    auto arrival = parse_time(record.data);
    if (!arrival) return arrival.error();
    envelope.arrival = *arrival;
    return success();
}

Result<void> EnvelopeReader::take_attribute(Envelope& envelope, const Record& record) {
    const auto [name, value] = attribute_of(record.data);
    if (name == "create_time") return set_time(envelope.created, value);
    if (name == "trace_flags") envelope.trace_flags_offset = record.offset;
    envelope.attributes.set(name, value);
    return success();
}

/// No time, or one before 1970: the sender was warned already.
Result<void> EnvelopeReader::take_warn_time(Envelope& envelope, const Record& record) {
    envelope.warn_time_offset = record.offset;
    const auto value = parse_signed(trim(record.data));
    if (!value || *value > 0) return set_time(envelope.warn_time, record.data);
    envelope.warn_time.reset();
    return success();
}

}  // namespace postern::queue
