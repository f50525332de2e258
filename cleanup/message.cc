// From records to a queue file; see the header.
#include "cleanup/message.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/report/message_events.h"

#include <fmt/format.h>

namespace postern::cleanup {

using queue::RecordType;
using service::CleanupStatus;

namespace {

bool is_line(const queue::Record& record) {
    return record.type == RecordType::line || record.type == RecordType::long_line;
}

/// The ORCPT of a recipient who came without one.
std::string orcpt_of(const std::string& address) {
    return (is_all_ascii(address) ? "rfc822;" : "utf-8;") + mail::external(address);
}

}  // namespace

Message::Message(const Workshop& workshop, service::Submit request, Tell tell)
    : workshop_(workshop), request_(std::move(request)), tell_(std::move(tell)) {
    sizes_.smtputf8 = request_.options.smtputf8 ? 1 : 0;
}

Task<void> Message::take(std::string_view piece) {
    unparsed_ += piece;
    const std::string input = std::exchange(unparsed_, {});
    queue::RecordParser parser(input);
    while (!is_settled()) {
        auto record = parser.next();
        if (!record) co_return fate_.fail(CleanupStatus::bad_input, record.error().text);
        if (!*record) break;
        // Nearly all records are lines that need no wait, and so no coroutine of their own.
        if (section_ != Section::content || !is_line(**record)) {
            co_await take(**record);
            continue;
        }
        content_->take((*record)->type, (*record)->data);
        if (content_->has_work()) co_await content_->settle();
    }
    unparsed_ = parser.rest();
}

Task<void> Message::take(const queue::Record& record) {
    switch (section_) {
        case Section::envelope:
            if (record.type == RecordType::content) co_return co_await begin_content();
            co_return take_envelope(record);
        case Section::content:
            if (record.type == RecordType::extracted) co_return co_await begin_extracted();
            if (record.type != RecordType::padding)
                fate_.fail(CleanupStatus::bad_input, "unexpected record in the content");
            co_return;
        case Section::extracted:
            if (record.type == RecordType::end) co_return co_await end_message();
            co_return take_envelope(record);
        case Section::edits:
            co_return co_await take_edits(record);
        case Section::end:
            fate_.fail(CleanupStatus::bad_input, "records after the end of the message");
    }
}

void Message::take_envelope(const queue::Record& record) {
    if (auto taken = draft_.take(record); !taken)
        fate_.fail(CleanupStatus::bad_input, taken.error().text);
}

bool Message::create_file() {
    auto file_settings = workshop_.settings.file;
    if (request_.options.holds) file_settings.queue = queue::Queue::hold;
    auto file =
        queue::QueueFileWriter::create(workshop_.spool, workshop_.clock.wall(), file_settings);
    if (!file) {
        fate_.fail(CleanupStatus::cannot_write, file.error().text);
        return false;
    }
    file_ = std::make_shared<queue::QueueFileWriter>(std::move(*file));
    envelope_.emplace(*file_, workshop_.settings, sizes_);
    if (may_be_edited()) editing_.emplace(*file_, *envelope_, sizes_, workshop_.settings, fate_);
    return true;
}

Task<void> Message::begin_content() {
    if (!draft_.has_sender) co_return fate_.fail(CleanupStatus::bad_input, "no sender record");
    if (!draft_.arrival) draft_.arrival = workshop_.clock.wall();
    if (!create_file()) co_return;
    co_await complete_sender();
    if (is_settled()) co_return;
    if (!fate_.check(envelope_->write(draft_, workshop_.clock.wall()))) co_return;
    co_await write_recipients();
    if (is_settled() || !fate_.check(file_->append(RecordType::content, {}))) co_return;
    sizes_.data_offset = file_->position();
    if (editing_) editing_->begin_content();
    tell_queue_id();

    const Settings& settings = workshop_.settings;
    header_.emplace(settings, workshop_.rules, workshop_.reporter, header_context());
    inspection_.emplace(workshop_.checks, workshop_.reporter, origin(), fate_);
    if (!request_.options.filters) inspection_->turn_off();
    content_file_.emplace(*file_, settings, fate_);
    content_.emplace(settings, request_.options.filters, *header_, *inspection_, *content_file_,
                     fate_, workshop_.reporter);
    section_ = Section::content;
    put_received();
}

void Message::put_received() {
    if (request_.received_before.empty()) return;
    const std::string field =
        request_.received_before + std::string(file_->id().text()) + request_.received_after;
    for (const std::string_view line : split(field, "\n"))
        content_->take(RecordType::line, line);
}

Origin Message::origin() const {
    Origin origin;
    origin.queue_id = file_->id().text();
    if (!draft_.attribute("log_client_name").empty()) {
        origin.client_name = draft_.attribute("log_client_name");
        origin.client_address = draft_.attribute("log_client_address");
    }
    origin.protocol = draft_.attribute("log_protocol_name");
    origin.helo = draft_.attribute("log_helo_name");
    origin.sender = draft_.sender;
    if (!draft_.recipients.empty()) origin.recipient = draft_.recipients.back().address;
    return origin;
}

HeaderContext Message::header_context() const {
    HeaderContext context;
    context.queue_id = file_->id().text();
    context.sender = draft_.sender;
    context.full_name = draft_.full_name;
    context.arrival = *draft_.arrival;
    context.is_local_context = draft_.is_local_context();
    context.maps_addresses = request_.options.maps_addresses;
    context.adds_missing_headers = request_.options.adds_missing_headers;
    return context;
}

Task<void> Message::complete_sender() {
    if (draft_.sender.empty()) co_return;
    auto standard =
        co_await workshop_.rules.standard_form({draft_.sender}, draft_.is_local_context());
    if (!standard) co_return fate_.fail(standard.error());
    draft_.sender = standard->front();
    if (!request_.options.maps_addresses) co_return;
    auto final = co_await workshop_.rules.canonical(draft_.sender, AddressRole::envelope_sender,
                                                    std::string(file_->id().text()));
    if (!final) co_return fate_.fail(final.error());
    draft_.sender = *final;
}

/// Those of the draft, as far as they came: completed, mapped, expanded.
Task<void> Message::write_recipients() {
    std::vector<std::string> addresses;
    for (const DraftRecipient& recipient : draft_.recipients)
        addresses.push_back(recipient.address);
    auto standard =
        co_await workshop_.rules.standard_form(std::move(addresses), draft_.is_local_context());
    if (!standard) co_return fate_.fail(standard.error());
    for (std::size_t i = 0; i < draft_.recipients.size(); ++i) {
        draft_.recipients[i].address = std::move((*standard)[i]);
        co_await write_recipient(draft_.recipients[i]);
        if (is_settled()) co_return;
    }
}

Task<void> Message::write_recipient(DraftRecipient recipient) {
    if (request_.options.maps_addresses) {
        auto mapped = co_await workshop_.rules.canonical(recipient.address,
                                                         AddressRole::envelope_recipient,
                                                         std::string(file_->id().text()));
        if (!mapped) co_return fate_.fail(mapped.error());
        recipient.address = std::move(*mapped);
    }
    const std::string address = recipient.address;
    const bool is_bcc = recipient.is_bcc;
    if (recipient.dsn_orcpt.empty() && !is_bcc) recipient.dsn_orcpt = orcpt_of(address);
    std::vector<DraftRecipient> expanded;
    if (request_.options.maps_addresses) {
        auto aliases = co_await workshop_.rules.virtual_aliases(std::move(recipient));
        if (!aliases) co_return fail_expansion(aliases.error());
        expanded = std::move(*aliases);
    } else {
        expanded.push_back(std::move(recipient));
    }
    for (const DraftRecipient& each : expanded) {
        note_utf8_address(each.address);
        if (!fate_.check(envelope_->write(each))) co_return;
    }
    if (!request_.options.adds_bcc || is_bcc) co_return;
    auto bcc = co_await workshop_.rules.recipient_bcc(address);
    if (!bcc) co_return fate_.fail(bcc.error());
    if (*bcc) co_await write_bcc(std::move(**bcc));
}

/// Nobody asked for reports on these (RFC 3461 section 5.2.7).
Task<void> Message::write_bcc(std::string address) {
    co_await write_recipient({address, address, {}, {mail::Notify::never}, true});
}

void Message::fail_expansion(const Error& error) {
    if (error.code != Errc::too_long) return fate_.fail(error);
    workshop_.reporter.log().warning("{}: {}", file_->id().text(), error.text);
    fate_.fail(CleanupStatus::deferred, "4.6.0 Alias expansion error");
}

Task<void> Message::begin_extracted() {
    content_->finish();
    if (!is_settled() && content_->has_work()) co_await content_->settle();
    if (is_settled()) co_return;
    sizes_.data_size = sizes_.content_length = file_->position() - sizes_.data_offset;
    if (editing_) editing_->end_content();
    draft_.recipients.clear();
    section_ = Section::extracted;
    if (!fate_.check(file_->append(RecordType::extracted, {}))) co_return;
    std::ignore = write_requests(inspection_->requests());  // what failed is the message's fate
}

/// What content rules asked for.
bool Message::write_requests(const Requests& requests) {
    if (!requests.content_filter.empty() &&
        !fate_.check(file_->append(RecordType::content_filter, requests.content_filter)))
        return false;
    if (!requests.redirect.empty() &&
        !fate_.check(file_->append(RecordType::redirect, requests.redirect)))
        return false;
    const std::string found = encoding();
    return found.empty() || fate_.check(file_->append_attribute("encoding", found));
}

/// "8bit" of the content, as far as header fields or the client say so.
std::string Message::encoding() const {
    const bool says_8bit = header_->encoding() == "8bit" || header_->encoding() == "binary";
    if (says_8bit && workshop_.settings.detect_8bit_encoding_header) return "8bit";
    return std::string(draft_.attribute("encoding"));
}

Task<void> Message::write_bcc_of_message() {
    for (const std::string& address : inspection_->requests().bcc)
        if (!is_settled()) co_await write_bcc(address);
    if (!request_.options.adds_bcc || is_settled()) co_return;
    auto senders = co_await workshop_.rules.sender_bcc(draft_.sender);
    if (!senders) co_return fate_.fail(senders.error());
    if (*senders) co_await write_bcc(std::move(**senders));
    if (is_settled()) co_return;
    auto always = co_await workshop_.rules.always_bcc();
    if (!always) co_return fate_.fail(always.error());
    if (!always->empty()) co_await write_bcc(std::move(*always));
}

Task<void> Message::end_message() {
    section_ = Section::end;
    co_await write_recipients();
    if (!is_settled()) co_await write_bcc_of_message();
    if (is_settled()) co_return;
    note_utf8();
    if (editing_) co_return co_await show_to_milters();
    fate_.check(file_->append(RecordType::end, {}));
    check_recipients();
}

void Message::check_recipients() {
    if (sizes_.recipient_count == 0)
        fate_.fail(CleanupStatus::no_recipients, "no recipients specified");
}

/// SMTPUTF8 is needed where the sender asked for it, or, when that is to be found out, where an
/// address or a header field has more than ASCII.
void Message::note_utf8() {
    constexpr std::uint32_t is_needed = 1, in_header = 2;
    const bool detects = request_.options.smtputf8_autodetect;
    if (header_->is_8bit() && (detects || (sizes_.smtputf8 & is_needed) != 0))
        sizes_.smtputf8 |= is_needed | in_header;
    if (detects && !is_all_ascii(draft_.sender)) sizes_.smtputf8 |= is_needed;
}

void Message::note_utf8_address(std::string_view address) {
    if (request_.options.smtputf8_autodetect && !is_all_ascii(address)) sizes_.smtputf8 |= 1;
}

Task<service::Submitted> Message::finish() {
    service::Submitted answer;
    if (!is_settled() && section_ != Section::end)
        fate_.fail(CleanupStatus::bad_input, "the message ended too early");
    if (file_) answer.queue_id = file_->id().text();
    const bool holds = request_.options.holds || is_held_by_milter_ ||
                       (inspection_ && inspection_->requests().holds);
    if (!is_settled() && holds && !request_.options.holds)
        fate_.check(file_->move_to(queue::Queue::hold));
    if (!is_settled() && fate_.check(file_->finish(sizes_))) {
        auto synced = co_await workshop_.disk.offload([file = file_] { return file->sync(); });
        if (fate_.check(synced)) {
            file_->keep();
            if (!holds) workshop_.qmgr.tell(answer.queue_id);
        }
    }
    answer.status = fate_.status();
    answer.reason = fate_.reason();
    answer.size = sizes_.content_length;
    co_return answer;
}

void Message::cancel() const {
    if (file_) workshop_.reporter.report(report::MessageCanceled{file_->id().text()});
}

}  // namespace postern::cleanup
