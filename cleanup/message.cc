// From records to a queue file; see the header.
#include "cleanup/message.h"

#include "lib/base/strings.h"
#include "lib/queue/tls_wishes.h"
#include "lib/report/message_events.h"

namespace postern::cleanup {

using queue::RecordType;
using service::CleanupStatus;

namespace {

bool is_line(const queue::Record& record) {
    return record.type == RecordType::line || record.type == RecordType::long_line;
}

/// "From user date", as mailboxes begin their messages; quoted or not.
bool begins_as_mailbox(std::string_view line) {
    return line.substr(std::min(line.find_first_not_of('>'), line.size())).starts_with("From ");
}

}  // namespace

Message::Message(const Workshop& workshop, service::Submit request, Tell tell)
    : workshop_(workshop), request_(std::move(request)), tell_(std::move(tell)) {
    if (request_.begins_early) begin_early();
}

/// The client learns the queue id now, and says later what this is about.
void Message::begin_early() {
    section_ = Section::request;
    if (create_file() && tell_) tell_({std::string(file_->id().text()), false, 0});
}

void Message::take_request(const queue::Record& record) {
    if (record.type != RecordType::extracted)
        return fate_.fail(CleanupStatus::bad_input, "the message begins without its request");
    auto request = service::decode<service::Submit>(record.data);
    if (!request) return fate_.fail(CleanupStatus::bad_input, request.error().text);
    request_ = std::move(*request);
    section_ = Section::envelope;
    if (request_.options.holds) fate_.check(file_->move_to(queue::Queue::hold));
}

Task<void> Message::take(std::string_view piece) {
    unparsed_ += piece;
    const std::string input = std::exchange(unparsed_, {});
    queue::RecordParser parser(input);
    while (!is_settled()) {
        auto record = parser.next();
        if (!record) co_return fate_.fail(CleanupStatus::bad_input, record.error().text);
        if (!*record) break;
        if (!take_at_once(**record))
            co_await take(**record);
        else if (content_ && content_->has_work())
            co_await content_->settle();
    }
    unparsed_ = parser.rest();
}

/// Nearly all records need no wait, and so no coroutine of their own. False: this one may wait.
bool Message::take_at_once(const queue::Record& record) {
    if (section_ == Section::content && is_line(record))
        take_line(record);
    else if (section_ == Section::envelope && record.type != RecordType::content)
        take_envelope(record);
    else
        return false;
    return true;
}

Task<void> Message::take(const queue::Record& record) {
    switch (section_) {
        case Section::request: co_return take_request(record);
        case Section::envelope: co_return co_await begin_content();
        case Section::content:
            if (record.type == RecordType::extracted) co_return co_await begin_extracted();
            if (record.type != RecordType::padding)
                fate_.fail(CleanupStatus::bad_input, "unexpected record in the content");
            co_return;
        case Section::extracted:
            if (record.type == RecordType::end) co_return co_await end_message();
            co_return take_envelope(record);
        case Section::edits:
            if (!co_await milters_->take(record)) co_return;
            section_ = Section::end;
            co_return check_recipients();
        case Section::end:
            fate_.fail(CleanupStatus::bad_input, "records after the end of the message");
    }
}

void Message::take_envelope(const queue::Record& record) {
    if (auto taken = draft_.take(record); !taken)
        fate_.fail(CleanupStatus::bad_input, taken.error().text);
}

void Message::check_attributes() {
    const std::size_t limit = workshop_.settings.queue_file_attribute_count_limit;
    if (draft_.attributes.size() <= limit) return;
    workshop_.reporter.log().warning("{}: message rejected: attribute count exceeds limit {}",
                                     file_->id().text(), limit);
    fate_.fail(CleanupStatus::bad_input, "too many attributes");
}

/// The lines of a mailbox that come before the header are no fields: who forwards them means none.
void Message::take_line(const queue::Record& record) {
    is_at_first_lines_ = is_at_first_lines_ && begins_as_mailbox(record.data);
    if (is_at_first_lines_)
        content_->take(record.type, "X-Mailbox-Line: " + std::string(record.data));
    else
        content_->take(record.type, record.data);
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
    file_.emplace(std::move(*file));
    return true;
}

/// All that the options decide about.
void Message::prepare_file() {
    sizes_.smtputf8 = request_.options.smtputf8 ? queue::Utf8::asked_for : 0;
    if (workshop_.settings.internal_mail_filter_classes.contains(request_.options.message_class))
        request_.options.filters = request_.options.uses_milters = true;
    envelope_.emplace(*file_, workshop_.settings, sizes_);
    recipients_.emplace(workshop_, request_.options, std::string(file_->id().text()), *envelope_,
                        sizes_, fate_);
    if (may_be_edited())
        milters_.emplace(MilterTurn::Subject{workshop_, request_, draft_, *file_, *envelope_,
                                             sizes_, *recipients_, fate_});
}

bool Message::may_be_edited() const {
    return request_.options.awaits_edits ||
           (request_.options.uses_milters && workshop_.own_milters);
}

Task<void> Message::begin_content() {
    if (!draft_.has_sender) co_return fate_.fail(CleanupStatus::bad_input, "no sender record");
    if (!draft_.arrival) draft_.arrival = workshop_.clock.wall();
    const bool is_named = file_.has_value();   // the client knows the queue id
    if (!is_named && !create_file()) co_return;
    prepare_file();
    check_attributes();
    if (!is_settled()) co_await complete_sender();
    if (!is_settled()) co_await write_envelope();
    if (is_settled() || !fate_.check(file_->append(RecordType::content, {}))) co_return;
    sizes_.data_offset = file_->position();
    if (milters_) milters_->begin_content();
    if (request_.options.awaits_edits && !is_named && tell_)
        tell_({std::string(file_->id().text()), false, 0});

    const Settings& settings = workshop_.settings;
    header_.emplace(settings, workshop_.rules, workshop_.reporter, header_context());
    inspection_.emplace(workshop_.checks, workshop_.reporter,
                        origin_of(draft_, std::string(file_->id().text())), fate_);
    if (!request_.options.filters) inspection_->turn_off();
    content_file_.emplace(*file_, settings, fate_);
    content_.emplace(settings, request_.options.filters, *header_, *inspection_, *content_file_,
                     fate_, workshop_.reporter);
    section_ = Section::content;
    put_received();
}

Task<void> Message::complete_sender() {
    if (draft_.sender.empty()) co_return;
    auto standard = co_await workshop_.rules.standard_form({draft_.sender}, true);
    if (!standard) co_return fate_.fail(standard.error());
    draft_.sender = standard->front();
    if (!request_.options.maps_addresses) co_return;
    auto final = co_await workshop_.rules.canonical(draft_.sender, AddressRole::envelope_sender,
                                                    std::string(file_->id().text()));
    if (!final) co_return fate_.fail(final.error());
    draft_.sender = *final;
}

Task<void> Message::write_envelope() {
    if (!fate_.check(envelope_->write_sender(draft_, workshop_.clock.wall()))) co_return;
    co_await recipients_->write_sender_bcc(draft_.sender);
    if (is_settled() || !fate_.check(envelope_->write_origin(draft_))) co_return;
    co_await recipients_->write_new(draft_.recipients);
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
    context.requires_tls = !draft_.attribute(queue::requiretls).empty();
    return context;
}

void Message::put_received() {
    if (request_.received_before.empty()) return;
    const std::string field =
        request_.received_before + std::string(file_->id().text()) + request_.received_after;
    for (const std::string_view line : split(field, "\n"))
        content_->take(RecordType::line, line);
}

Task<void> Message::begin_extracted() {
    content_->finish();
    if (!is_settled() && content_->has_work()) co_await content_->settle();
    content_->refuse_faults();
    if (is_settled()) co_return;
    if (milters_) milters_->end_content();
    // Postfix's queue manager goes by data_size to the record behind the content, which is X.
    sizes_.data_size = sizes_.content_length = file_->position() - sizes_.data_offset;
    section_ = Section::extracted;
    if (!fate_.check(file_->append(RecordType::extracted, {}))) co_return;
    if (!fate_.check(envelope_->write_requests(inspection_->requests()))) co_return;
    if (const std::string found = encoding(); !found.empty())
        if (!fate_.check(file_->append_attribute("encoding", found))) co_return;
    write_tls_wishes();
}

/// What the header says of TLS, unless the sender has asked for REQUIRETLS already, which wins.
void Message::write_tls_wishes() {
    if (!draft_.attribute(queue::requiretls).empty()) return;
    if (header_->requires_tls()) fate_.check(file_->append_attribute(queue::requiretls, "yes"));
    else if (header_->waives_tls()) fate_.check(file_->append_attribute(queue::tls_required, "no"));
}

/// "8bit" of the content, as far as header fields or the client say so.
std::string Message::encoding() const {
    const bool says_8bit = header_->encoding() == "8bit" || header_->encoding() == "binary";
    if (says_8bit && workshop_.settings.detect_8bit_encoding_header) return "8bit";
    return std::string(draft_.attribute("encoding"));
}

Task<void> Message::end_message() {
    section_ = Section::end;
    co_await recipients_->write_new(draft_.recipients);
    if (!is_settled()) co_await write_copies();
    if (is_settled()) co_return;
    note_utf8();
    if (milters_) co_return co_await show_to_milters();
    fate_.check(file_->append(RecordType::end, {}));
    check_recipients();
}

Task<void> Message::write_copies() {
    for (const std::string& address : inspection_->requests().bcc)
        if (!is_settled()) co_await recipients_->write_bcc(address);
    if (!is_settled()) co_await recipients_->write_always_bcc();
}

/// Where UTF-8 is; where it is to be found out whether SMTPUTF8 is needed, it is now.
void Message::note_utf8() {
    using queue::Utf8;
    std::uint32_t places = 0;
    if (header_->is_8bit()) places |= Utf8::in_header;
    if (!is_all_ascii(draft_.sender)) places |= Utf8::in_sender;
    if (places != 0 && request_.options.smtputf8_autodetect) places |= Utf8::asked_for;
    sizes_.smtputf8 |= places;
}

/// The file is complete but for its end: those who look at it are told, or are ours.
Task<void> Message::show_to_milters() {
    section_ = Section::edits;
    milters_->show();
    if (is_settled()) co_return;
    if (request_.options.awaits_edits)
        co_return tell_({std::string(file_->id().text()), true,
                         static_cast<std::int64_t>(sizes_.data_offset)});
    co_await milters_->ask_own_milters();
    section_ = Section::end;
    check_recipients();
}

void Message::check_recipients() {
    if (!is_settled() && sizes_.recipient_count == 0)
        fate_.fail(CleanupStatus::no_recipients, "no recipients specified");
}

bool Message::is_held() const {
    return request_.options.holds || (milters_ && milters_->holds()) ||
           (inspection_ && inspection_->requests().holds);
}

Task<service::Submitted> Message::finish() {
    if (!is_settled() && section_ != Section::end)
        fate_.fail(CleanupStatus::bad_input, "the message ended too early");
    service::Submitted answer;
    if (!is_settled()) answer.log_place = co_await commit();
    if (file_) answer.queue_id = file_->id().text();
    answer.status = fate_.status();
    answer.reason = fate_.reason();
    answer.size = sizes_.content_length;
    co_return answer;
}

/// The place in the log for what the client says of the message, where it does.
Task<std::int64_t> Message::commit() {
    if (is_held() && !request_.options.holds &&
        !fate_.check(file_->move_to(queue::Queue::hold)))
        co_return UnsentLines::nowhere;
    co_await recipients_->report_expansions();
    if (is_settled() || !fate_.check(file_->finish(sizes_))) co_return UnsentLines::nowhere;
    auto synced = co_await workshop_.disk.sync(file_->descriptor(), file_->path());
    if (!fate_.check(synced)) co_return UnsentLines::nowhere;
    file_->keep();
    LogBook& book = workshop_.reporter.log().book();
    const std::int64_t place = request_.is_reported ? book.keep_place() : UnsentLines::nowhere;
    if (!is_held()) workshop_.qmgr.tell(std::string(file_->id().text()));
    co_return place;
}

void Message::cancel() const {
    if (file_) workshop_.reporter.report(report::MessageCanceled{file_->id().text()});
}

}  // namespace postern::cleanup
