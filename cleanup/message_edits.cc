// What milters make of a message, once it is written; see message.h.
#include "cleanup/message.h"

#include "cleanup/own_milters.h"
#include "lib/base/strings.h"
#include "lib/report/smtpd_events.h"

#include <fmt/format.h>

namespace postern::cleanup {

using milter::Edits;
using queue::RecordType;
using service::CleanupStatus;

namespace {

std::string_view or_else(std::string_view value, std::string_view otherwise) {
    return value.empty() ? otherwise : value;
}

/// "550 5.7.1 text" without the first number, which only a client of SMTP has use for.
std::string_view without_code(std::string_view reply) {
    return reply.size() > 4 && is_digit(reply[0]) ? reply.substr(4) : reply;
}

/// NOTIFY of the parameters of a recipient that a milter adds.
mail::Notify notify_of(std::string_view parameters) {
    for (const std::string_view word : split(parameters, " \t"))
        if (starts_with_same(word, "NOTIFY="))
            if (const auto notify = mail::Notify::parse(word.substr(7))) return *notify;
    return {};
}

}  // namespace

void Message::tell_queue_id() {
    if (request_.options.awaits_edits && tell_) tell_({std::string(file_->id().text()), false, 0});
}

bool Message::may_be_edited() const {
    return request_.options.awaits_edits || (request_.options.uses_milters && workshop_.own_milters);
}

/// The file is complete but for its end: those who look at it are told, or are ours.
Task<void> Message::show_to_milters() {
    section_ = Section::edits;
    editing_->show();
    if (is_settled()) co_return;
    if (request_.options.awaits_edits) {
        tell_({std::string(file_->id().text()), true, static_cast<std::int64_t>(sizes_.data_offset)});
        co_return;
    }
    milter::StoredContent stored{file_->descriptor(), std::string(file_->id().text()), sizes_.data_offset,
                                 !request_.received_before.empty(),
                                 static_cast<std::size_t>(workshop_.settings.message_size_limit)};
    std::vector<std::string> recipients;
    for (const auto& place : envelope_->places()) recipients.push_back(place.address);
    auto outcome = co_await workshop_.own_milters->filter(draft_, std::move(recipients),
                                                          std::string(file_->id().text()), stored);
    milter_stage_ = outcome.refused_at;
    co_await apply(outcome.message.edits);
    milter::for_each_line(outcome.message.body, [this](std::string_view line) {
        if (!is_settled()) editing_->put_body({RecordType::line, line});
        return !is_settled();
    });
    if (!is_settled()) co_await end_edits();
}

/// The second part of what a client with milters of its own sends.
Task<void> Message::take_edits(const queue::Record& record) {
    const bool is_line = record.type == RecordType::line || record.type == RecordType::long_line;
    if (!edits_ && record.type == RecordType::extracted) {
        auto edits = service::decode<Edits>(record.data);
        if (!edits) co_return fate_.fail(CleanupStatus::bad_input, edits.error().text);
        co_return co_await apply(std::move(*edits));
    }
    if (edits_ && edits_->changes_body && is_line) co_return editing_->put_body(record);
    if (edits_ && record.type == RecordType::end) co_return co_await end_edits();
    fate_.fail(CleanupStatus::bad_input, "unexpected record among edits");
}

Task<void> Message::apply(Edits edits) {
    edits_ = std::move(edits);
    if (edits_->fate != Edits::Fate::deliver) co_return refuse_by_milter();
    if (edits_->holds) {
        const std::string& reason = edits_->hold_reason;
        report_milter("milter-hold", reason.empty() ? "milter triggers HOLD action"
                                                    : "milter triggers HOLD action: " + reason);
        is_held_by_milter_ = true;
    }
    std::vector<std::string> header = co_await checked_header();
    if (is_settled()) co_return;
    co_await edit_recipients();
    if (is_settled()) co_return;
    editing_->end_message();
    if (edits_->changes_sender && !is_settled()) {
        draft_.sender = edits_->sender;
        editing_->change_sender(draft_.sender);
    }
    if (!is_settled() && (edits_->changes_header || edits_->changes_body))
        editing_->begin_new_content(header, edits_->changes_body);
}

void Message::refuse_by_milter() {
    if (edits_->fate == Edits::Fate::discard) {
        report_milter("milter-discard", "milter triggers DISCARD action");
        return fate_.fail(CleanupStatus::discarded, {});
    }
    const std::string_view reply = edits_->reply;
    report_milter("milter-reject", without_code(reply.substr(0, reply.find('\n'))));
    const bool is_permanent = reply.starts_with('5');
    // Without a client, a message that is refused for one recipient cannot be given back for it.
    if (milter_stage_ == "RCPT") {
        workshop_.reporter.log().warning("{}: milter configuration error: can't reject recipient in "
                                         "non-smtpd(8) submission", file_->id().text());
        return fate_.fail(CleanupStatus::deferred, "4.3.0 milter configuration error");
    }
    // A client gets the whole reply; the sender of a message that nobody waits for, its text.
    const bool has_client = request_.options.awaits_edits;
    fate_.fail(is_permanent ? CleanupStatus::rejected : CleanupStatus::deferred,
               std::string(has_client ? reply : without_code(reply)));
}

/// milter_header_checks look at what milters have made.
Task<std::vector<std::string>> Message::checked_header() {
    std::vector<std::string> header;
    const bool is_checked = workshop_.milter_checks && !workshop_.milter_checks->empty();
    std::optional<Inspection> inspection;
    if (is_checked) inspection.emplace(*workshop_.milter_checks, workshop_.reporter, origin(), fate_);
    for (milter::EditedField& field : edits_->header) {
        if (!inspection || !field.is_new) {
            header.push_back(std::move(field.text));
            continue;
        }
        auto outcome = co_await inspection->field(mail::HeaderPlace::primary, std::move(field.text));
        std::move(outcome.before.begin(), outcome.before.end(), std::back_inserter(header));
        if (outcome.text) header.push_back(std::move(*outcome.text));
    }
    if (!inspection || is_settled()) co_return header;
    const Requests& requests = inspection->requests();
    is_held_by_milter_ = is_held_by_milter_ || requests.holds;
    std::ignore = write_requests(requests);   // what failed is the message's fate
    for (const std::string& address : requests.bcc)
        if (!is_settled()) co_await write_bcc(address);
    co_return header;
}

Task<void> Message::edit_recipients() {
    for (const milter::RecipientEdit& edit : edits_->recipients) {
        if (is_settled()) co_return;
        if (!edit.is_added) {
            editing_->delete_recipient(edit.address);
            continue;
        }
        auto standard = co_await workshop_.rules.standard_form({edit.address}, true);
        if (!standard) co_return fate_.fail(standard.error());
        co_await write_recipient({standard->front(), edit.address, {}, notify_of(edit.parameters)});
    }
}

Task<void> Message::end_edits() {
    if (edits_->changes_header || edits_->changes_body) editing_->end_new_content();
    section_ = Section::end;
    co_return check_recipients();
}

void Message::report_milter(std::string_view action, std::string_view text) const {
    report::RequestActedOn event{};
    event.queue_id = file_->id().text();
    event.action = action;
    event.stage = milter_stage_;
    std::string_view address = or_else(draft_.attribute("client_address"), "127.0.0.1");
    if (starts_with_same(address, "IPv6:")) address.remove_prefix(5);
    event.client = {or_else(draft_.attribute("client_name"), "localhost"), address,
                    static_cast<std::uint16_t>(parse_number(draft_.attribute("client_port")).value_or(0))};
    event.text = text;
    event.transaction.sender = draft_.sender;
    if (!envelope_->places().empty()) event.transaction.recipient = envelope_->places().back().address;
    event.transaction.protocol = draft_.attribute("protocol_name");
    event.transaction.helo = draft_.attribute("helo_name");
    workshop_.reporter.report(event);
}

}  // namespace postern::cleanup
