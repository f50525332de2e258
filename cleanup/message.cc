// From records to a queue file; see the header.
#include "cleanup/message.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::cleanup {

using queue::RecordType;
using service::CleanupStatus;

namespace {

bool is_line(const queue::Record& record) {
    return record.type == RecordType::line || record.type == RecordType::long_line;
}

}  // namespace

Message::Message(const Workshop& workshop, service::Submit request)
    : workshop_(workshop), request_(std::move(request)) {
    sizes_.smtputf8 = request_.options.smtputf8 ? 1 : 0;
}

void Message::fail(CleanupStatus status, std::string reason) {
    if (status <= status_) return;  // a worse one is known
    status_ = status;
    reason_ = std::move(reason);
}

void Message::fail(const Error& error) {
    fail(error.is_permanent() ? CleanupStatus::bad_input : CleanupStatus::map_failed, error.text);
}

bool Message::check(const Result<void>& done) {
    if (done) return true;
    fail(CleanupStatus::cannot_write, done.error().text);
    return false;
}

Task<void> Message::take(std::string_view piece) {
    unparsed_ += piece;
    const std::string input = std::exchange(unparsed_, {});
    queue::RecordParser parser(input);
    while (!is_settled()) {
        auto record = parser.next();
        if (!record) co_return fail(CleanupStatus::bad_input, record.error().text);
        if (!*record) break;
        // Nearly all records need no wait, and so no coroutine of their own.
        if (!take_at_once(**record)) co_await take_slowly(**record);
    }
    unparsed_ = parser.rest();
}

bool Message::take_at_once(const queue::Record& record) {
    switch (section_) {
        case Section::envelope:
            if (record.type == RecordType::content) return false;
            take_envelope(record);
            return true;
        case Section::header:
            return is_line(record) && add_to_header(record);
        case Section::body:
            if (!is_line(record)) return false;
            write_body(record);
            return true;
        case Section::extracted:
            if (record.type == RecordType::end) return false;
            take_envelope(record);
            return true;
        case Section::end:
            fail(CleanupStatus::bad_input, "records after the end of the message");
            return true;
    }
    return true;
}

Task<void> Message::take_slowly(queue::Record record) {
    if (section_ == Section::envelope) co_return co_await begin_content();
    if (section_ == Section::extracted) co_return co_await end_message();
    if (record.type == RecordType::extracted) co_return co_await begin_extracted();
    if (is_line(record)) co_return co_await leave_header();
    if (record.type != RecordType::padding)
        fail(CleanupStatus::bad_input, "unexpected record in the content");
}

void Message::take_envelope(const queue::Record& record) {
    if (auto taken = draft_.take(record); !taken)
        fail(CleanupStatus::bad_input, taken.error().text);
}

Task<void> Message::begin_content() {
    if (!draft_.has_sender) co_return fail(CleanupStatus::bad_input, "no sender record");
    if (!draft_.arrival) draft_.arrival = workshop_.clock.wall();
    auto sender = co_await complete_sender();
    if (!sender) co_return fail(sender.error());
    auto recipients = co_await complete_recipients(draft_.recipients);
    if (!recipients) co_return fail(recipients.error());

    auto file_settings = workshop_.settings.file;
    if (request_.options.holds) file_settings.queue = queue::Queue::hold;
    auto file =
        queue::QueueFileWriter::create(workshop_.spool, workshop_.clock.wall(), file_settings);
    if (!file) co_return fail(CleanupStatus::cannot_write, file.error().text);
    file_ = std::make_shared<queue::QueueFileWriter>(std::move(*file));
    if (!check(write_envelope())) co_return;

    HeaderContext context;
    context.queue_id = file_->id().text();
    context.sender = draft_.sender;
    context.full_name = draft_.full_name;
    context.arrival = *draft_.arrival;
    context.is_local_context = draft_.is_local_context();
    context.adds_missing_headers = request_.options.adds_missing_headers;
    header_.emplace(workshop_.settings, workshop_.rules, workshop_.reporter, std::move(context));
    section_ = Section::header;
    if (!request_.received_before.empty())
        header_->add(request_.received_before + std::string(file_->id().text()) +
                     request_.received_after);
}

Task<Result<void>> Message::complete_sender() {
    if (draft_.sender.empty()) co_return success();
    auto standard =
        co_await workshop_.rules.standard_form({draft_.sender}, draft_.is_local_context());
    if (!standard) co_return standard.error();
    draft_.sender = standard->front();
    if (!request_.options.maps_addresses) co_return success();
    auto final = co_await workshop_.rules.canonical(draft_.sender, AddressRole::envelope_sender);
    if (!final) co_return final.error();
    draft_.sender = *final;
    co_return success();
}

Task<Result<void>> Message::complete_recipients(std::vector<DraftRecipient>& recipients) {
    std::vector<std::string> addresses;
    for (const DraftRecipient& recipient : recipients)
        addresses.push_back(recipient.address);
    if (request_.options.adds_bcc && section_ == Section::envelope) {
        auto more = co_await workshop_.rules.bcc_recipients(draft_.sender, addresses);
        if (!more) co_return more.error();
        for (std::string& bcc : *more) {
            // Nobody asked for reports on these (RFC 3461 section 5.2.7).
            recipients.push_back({bcc, bcc, {}, {mail::Notify::never}});
            addresses.push_back(std::move(bcc));
        }
    }
    auto standard = co_await workshop_.rules.standard_form(addresses, draft_.is_local_context());
    if (!standard) co_return standard.error();
    std::vector<DraftRecipient> complete;
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        DraftRecipient recipient = std::move(recipients[i]);
        recipient.address = std::move((*standard)[i]);
        if (!request_.options.maps_addresses) {
            complete.push_back(std::move(recipient));
            continue;
        }
        auto mapped =
            co_await workshop_.rules.canonical(recipient.address, AddressRole::envelope_recipient);
        if (!mapped) co_return mapped.error();
        recipient.address = std::move(*mapped);
        auto expanded = co_await workshop_.rules.virtual_aliases(std::move(recipient));
        if (!expanded) co_return expanded.error();
        std::move(expanded->begin(), expanded->end(), std::back_inserter(complete));
    }
    recipients = std::move(complete);
    co_return success();
}

Result<void> Message::write_envelope() {
    const auto arrival = draft_.arrival->time_since_epoch();
    const auto whole = std::chrono::floor<seconds>(arrival);
    auto& file = *file_;
    auto put = [&](RecordType type, std::string_view data) {
        return data.empty() ? success() : file.append(type, data);
    };
    if (auto done = file.append(RecordType::time,
                                fmt::format("{} {:06}", whole.count(), (arrival - whole).count()));
        !done)
        return done;
    if (auto done =
            file.append_attribute("create_time", std::to_string(to_unix(workshop_.clock.wall())));
        !done)
        return done;
    for (const auto& [name, value] : draft_.attributes)
        if (auto done = file.append_attribute(name, value); !done) return done;
    if (workshop_.settings.delay_warning_time > seconds(0)) {
        const auto when = to_unix(*draft_.arrival + workshop_.settings.delay_warning_time);
        if (auto done = file.append(RecordType::warn_time, fmt::format("{:15}", when)); !done)
            return done;
    }
    if (auto done = put(RecordType::full_name, draft_.full_name); !done) return done;
    if (auto done = put(RecordType::content_filter, draft_.content_filter); !done) return done;
    if (auto done = put(RecordType::redirect, draft_.redirect); !done) return done;
    if (auto done = put(RecordType::verp, draft_.verp_delimiters); !done) return done;
    if (auto done = file.append(RecordType::sender, draft_.sender); !done) return done;
    if (auto done = write_recipients(draft_.recipients); !done) return done;
    if (auto done = file.append(RecordType::content, {}); !done) return done;
    sizes_.data_offset = file.position();
    return success();
}

bool Message::is_first(const DraftRecipient& recipient) {
    if (written_.size() >= workshop_.settings.duplicate_filter_limit) return true;
    return written_
        .insert(fmt::format("{}\n{}\n{}\n{}", recipient.address, recipient.original,
                            recipient.dsn_orcpt, recipient.notify.bits))
        .second;
}

Result<void> Message::write_recipients(const std::vector<DraftRecipient>& recipients) {
    auto& file = *file_;
    for (const DraftRecipient& recipient : recipients) {
        // The same mailbox, asked for twice with the same words, gets one copy.
        if (!is_first(recipient)) continue;
        if (!recipient.dsn_orcpt.empty())
            if (auto done = file.append_attribute("dsn_orig_rcpt", recipient.dsn_orcpt); !done)
                return done;
        if (recipient.notify.bits != 0)
            if (auto done =
                    file.append_attribute("notify_flags", std::to_string(recipient.notify.bits));
                !done)
                return done;
        if (auto done = file.append(RecordType::original_recipient, recipient.original); !done)
            return done;
        if (auto done = file.append(RecordType::recipient, recipient.address); !done) return done;
        ++sizes_.recipient_count;
        sizes_.dsn_options |= static_cast<std::uint32_t>(recipient.notify.bits) << 1;
    }
    return success();
}

void Message::count_content(std::size_t bytes) {
    sizes_.content_length += static_cast<std::int64_t>(bytes);
    const auto limit = workshop_.settings.message_size_limit;
    if (limit > 0 && static_cast<config::ByteCount>(sizes_.content_length) > limit)
        fail(CleanupStatus::too_big, "message size exceeds fixed limit");
}

bool Message::add_to_header(const queue::Record& record) {
    line_ += record.data;
    if (record.type == RecordType::long_line) {
        // No header has a line of that length; what follows it is the body.
        if (line_.size() <= workshop_.settings.header_size_limit) return true;
        header_line_ = Header::Line::not_header;
        return false;
    }
    header_line_ = header_->add(line_);
    if (header_line_ != Header::Line::taken) return false;
    line_.clear();
    return true;
}

/// After a line that ended the header, or made it large enough to be written.
Task<void> Message::leave_header() {
    const std::string line = std::exchange(line_, {});
    if (header_line_ == Header::Line::gathered_enough) {
        auto fields = co_await header_->take_fields();
        if (!fields) co_return fail(fields.error());
        check(write_lines(*fields));
        co_return;
    }
    co_await end_header();
    if (is_settled()) co_return;
    // A header that ends with a line of the body gets the empty line that it lacks.
    check(write_lines("\n"));
    if (!line.empty()) check(write_lines(line + "\n"));
}

void Message::write_body(const queue::Record& record) {
    count_content(record.data.size() + (record.type == RecordType::line ? 1 : 0));
    if (!is_settled()) check(file_->append(record.type, record.data));
}

Task<void> Message::end_header() {
    section_ = Section::body;
    auto fields = co_await header_->finish();
    if (!fields) co_return fail(fields.error());
    if (workshop_.settings.hopcount_limit > 0 &&
        header_->hops() > workshop_.settings.hopcount_limit)
        co_return fail(CleanupStatus::too_many_hops, "too many hops");
    encoding_ = header_->encoding();
    check(write_lines(*fields));
}

Result<void> Message::write_lines(std::string_view text) {
    count_content(text.size());
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        for (; line.size() > workshop_.settings.line_length_limit;
             line.remove_prefix(workshop_.settings.line_length_limit))
            if (auto done = file_->append(RecordType::long_line,
                                          line.substr(0, workshop_.settings.line_length_limit));
                !done)
                return done;
        if (auto done = file_->append(RecordType::line, line); !done) return done;
    }
    return success();
}

Task<void> Message::begin_extracted() {
    if (section_ == Section::header) {
        const bool ends_in_line = !line_.empty() && header_->add(line_) == Header::Line::not_header;
        co_await (ends_in_line ? leave_header() : end_header());
    }
    if (is_settled()) co_return;
    sizes_.data_size = file_->position() - sizes_.data_offset;
    draft_.recipients.clear();
    section_ = Section::extracted;
    check(file_->append(RecordType::extracted, {}));
}

Task<void> Message::end_message() {
    section_ = Section::end;
    auto done = co_await complete_recipients(draft_.recipients);
    if (!done) co_return fail(done.error());
    if (!check(write_recipients(draft_.recipients))) co_return;
    const bool says_8bit = encoding_ == "8bit" || encoding_ == "7bit";
    if (says_8bit && workshop_.settings.detect_8bit_encoding_header &&
        draft_.attribute("encoding").empty())
        if (!check(file_->append_attribute("encoding", encoding_))) co_return;
    check(file_->append(RecordType::end, {}));
    if (sizes_.recipient_count == 0) fail(CleanupStatus::no_recipients, "no recipients specified");
}

Task<service::Submitted> Message::finish() {
    service::Submitted answer;
    if (!is_settled() && section_ != Section::end)
        fail(CleanupStatus::bad_input, "the message ended too early");
    if (file_) answer.queue_id = file_->id().text();
    if (!is_settled() && check(file_->finish(sizes_))) {
        auto synced = co_await workshop_.disk.offload([file = file_] { return file->sync(); });
        if (check(synced)) {
            file_->keep();
            if (!request_.options.holds) workshop_.qmgr.tell(answer.queue_id);
        }
    }
    answer.status = status_;
    answer.reason = reason_;
    answer.size = sizes_.content_length;
    co_return answer;
}

}  // namespace postern::cleanup
