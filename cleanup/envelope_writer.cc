// Envelope records; see the header.
#include "cleanup/envelope_writer.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace postern::cleanup {

using queue::RecordType;

namespace {

/// Attributes that stand before the sender.
constexpr std::array message_attributes{"log_ident", "rewrite_context", "envelope_id", "ret_flags"};

bool is_of_message(std::string_view name) {
    return std::find(message_attributes.begin(), message_attributes.end(), name) !=
           message_attributes.end();
}

std::string time_text(WallTime moment) {
    const auto since = moment.time_since_epoch();
    const auto whole = std::chrono::floor<seconds>(since);
    return fmt::format("{} {:06}", whole.count(), (since - whole).count());
}

/// Keeps the first error of many writes.
class Writes {
public:
    Writes& operator<<(const Result<void>& done) {
        if (outcome_) outcome_ = done;
        return *this;
    }
    const Result<void>& outcome() const { return outcome_; }

private:
    Result<void> outcome_;
};

}  // namespace

Result<void> EnvelopeWriter::write_sender(const Draft& draft, WallTime now) {
    Writes writes;
    writes << file_.append(RecordType::time, time_text(*draft.arrival))
           << file_.append_attribute("create_time", std::to_string(to_unix(now)));
    // Mail from the network is logged by its origin's id when a filter sends it back.
    if (!draft.attribute("log_client_name").empty() && draft.attribute("log_ident").empty())
        writes << file_.append_attribute("log_ident", file_.id().text());
    writes << put(RecordType::content_filter, draft.content_filter)
           << put(RecordType::redirect, draft.redirect) << put_attributes(draft, true);
    if (draft.has_full_name) writes << file_.append(RecordType::full_name, draft.full_name);
    writes << put_sender(draft.sender);
    return writes.outcome();
}

Result<void> EnvelopeWriter::write_origin(const Draft& draft) {
    Writes writes;
    writes << put(RecordType::verp, draft.verp_delimiters);
    if (settings_.delay_warning_time > seconds(0)) {
        const auto when = to_unix(*draft.arrival + settings_.delay_warning_time);
        writes << file_.append(RecordType::warn_time, fmt::format("{:15}", when));
    }
    writes << put_attributes(draft, false);
    return writes.outcome();
}

Result<void> EnvelopeWriter::write_requests(const Requests& requests) {
    Writes writes;
    writes << put(RecordType::content_filter, requests.content_filter)
           << put(RecordType::redirect, requests.redirect);
    return writes.outcome();
}

Result<void> EnvelopeWriter::put_sender(const std::string& sender) {
    sender_offset_ = file_.position();
    auto done = file_.append(RecordType::sender, sender);
    const auto size = static_cast<std::size_t>(file_.position() - sender_offset_);
    constexpr std::size_t record_header = 2;
    if (done && is_editable_ && size < queue::pointer_record_size)
        done = file_.append(RecordType::padding,
                            std::string(queue::pointer_record_size - std::min(size + record_header, queue::pointer_record_size), '0'));
    behind_sender_ = file_.position();
    return done;
}

Result<void> EnvelopeWriter::put_attributes(const Draft& draft, bool before_sender) {
    for (const auto& [name, value] : draft.attributes)
        if (is_of_message(name) == before_sender)
            if (auto done = file_.append_attribute(name, value); !done) return done;
    return success();
}

Result<void> EnvelopeWriter::put(RecordType type, std::string_view data) {
    return data.empty() ? success() : file_.append(type, data);
}

bool EnvelopeWriter::is_first(const DraftRecipient& recipient) {
    const std::string key =
        fmt::format("{}\n{}\n{}\n{}", lower(recipient.address),
                    settings_.enable_original_recipient ? lower(recipient.original) : "",
                    lower(recipient.dsn_orcpt), recipient.notify.bits);
    if (written_.contains(key)) return false;
    if (written_.size() < settings_.duplicate_filter_limit) written_.insert(key);
    return true;
}

Result<void> EnvelopeWriter::write(const DraftRecipient& recipient) {
    // The same mailbox, asked for twice with the same words, gets one copy.
    if (!is_first(recipient)) return success();
    Writes writes;
    if (recipient.notify.bits != 0)
        writes << file_.append_attribute("notify_flags", std::to_string(recipient.notify.bits));
    if (!recipient.dsn_orcpt.empty())
        writes << file_.append_attribute("dsn_orig_rcpt", recipient.dsn_orcpt);
    writes << file_.append(RecordType::original_recipient, recipient.original);
    if (is_editable_) places_.push_back({file_.position(), recipient.address, recipient.original});
    writes << file_.append(RecordType::recipient, recipient.address);
    ++sizes_.recipient_count;
    if (!recipient.is_bcc)
        sizes_.dsn_options |= static_cast<std::uint32_t>(recipient.notify.bits) << 1;
    return writes.outcome();
}

}  // namespace postern::cleanup
