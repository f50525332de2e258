// The turn of milters; see the header.
#include "cleanup/milter_turn.h"

#include "cleanup/own_milters.h"
#include "lib/base/strings.h"
#include "lib/milter/verdict.h"
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

/// Of an event of a session, before its mail has a recipient.
bool is_before_recipients(std::string_view stage) { return stage == "CONNECT" || stage == "EHLO" || stage == "MAIL"; }

/// "550 5.7.1 text" without the first number, which only a client of SMTP has use for.
std::string_view without_code(std::string_view reply) {
    return reply.size() > 4 && is_digit(reply[0]) ? reply.substr(4) : reply;
}

/// "RET=HDRS" or "ENVID=xtext" as a queue file has it; nothing for what is neither.
std::optional<std::pair<std::string, std::string>> attribute_of(std::string_view parameter) {
    if (starts_with_same(parameter, "RET=")) {
        const auto ret = mail::parse_ret(parameter.substr(4));
        if (ret) return std::pair("ret_flags", std::to_string(static_cast<int>(*ret)));
    } else if (starts_with_same(parameter, "ENVID=")) {
        const auto id = mail::parse_envid(parameter.substr(6));
        if (id) return std::pair("envelope_id", *id);
    }
    return std::nullopt;
}

}  // namespace

MilterTurn::MilterTurn(Subject subject)
    : subject_(subject),
      fate_(subject.fate),
      editing_(subject.file, subject.envelope, subject.sizes, subject.workshop.settings,
               subject.fate) {}

Task<void> MilterTurn::ask_own_milters() {
    const std::string queue_id(subject_.file.id().text());
    const milter::StoredContent stored{
        subject_.file.descriptor(), queue_id, subject_.sizes.data_offset,
        !subject_.request.received_before.empty(),
        static_cast<std::size_t>(subject_.workshop.settings.message_size_limit)};
    std::vector<std::string> recipients;
    for (const auto& place : subject_.envelope.places()) recipients.push_back(place.address);
    auto outcome = co_await subject_.workshop.own_milters->filter(
        subject_.draft, std::move(recipients), queue_id, stored);
    stage_ = outcome.refused_at;
    refused_recipient_ = std::move(outcome.refused_recipient);
    co_await apply(std::move(outcome.message.edits));
    milter::for_each_line(outcome.message.body, [this](std::string_view line) {
        if (!fate_.is_settled()) editing_.put_body({RecordType::line, line});
        return !fate_.is_settled();
    });
    if (!fate_.is_settled()) end();
}

/// One X record with all changes, the lines of a new body, E.
Task<bool> MilterTurn::take(const queue::Record& record) {
    const bool is_line = record.type == RecordType::line || record.type == RecordType::long_line;
    if (!edits_ && record.type == RecordType::extracted) {
        auto edits = service::decode<Edits>(record.data);
        if (edits)
            co_await apply(std::move(*edits));
        else
            fate_.fail(CleanupStatus::bad_input, edits.error().text);
    } else if (edits_ && edits_->changes_body && is_line) {
        editing_.put_body(record);
    } else if (edits_ && record.type == RecordType::end) {
        end();
        co_return true;
    } else {
        fate_.fail(CleanupStatus::bad_input, "unexpected record among edits");
    }
    co_return false;
}

Task<void> MilterTurn::apply(Edits edits) {
    edits_ = std::move(edits);
    if (edits_->fate != Edits::Fate::deliver) co_return refuse();
    if (edits_->holds) hold();
    const std::vector<std::string> header = co_await checked_header();
    if (fate_.is_settled()) co_return;
    co_await edit_recipients();
    if (fate_.is_settled()) co_return;
    editing_.end_message();
    if (edits_->changes_sender && !fate_.is_settled()) co_await change_sender();
    if (!fate_.is_settled() && (edits_->changes_header || edits_->changes_body))
        editing_.begin_new_content(header, edits_->changes_body);
}

void MilterTurn::hold() {
    const std::string& reason = edits_->hold_reason;
    report("milter-hold", reason.empty() ? "milter triggers HOLD action"
                                         : "milter triggers HOLD action: " + reason);
    holds_ = true;
}

void MilterTurn::refuse() {
    if (edits_->fate == Edits::Fate::discard) {
        report("milter-discard", "milter triggers DISCARD action");
        return fate_.fail(CleanupStatus::discarded, {});
    }
    const std::string_view reply = edits_->reply;
    report("milter-reject", without_code(milter::logged(mail::Reply::from_text(reply, {}))));
    // Without a client, a message that is refused for one recipient cannot be given back for it.
    if (stage_ == "RCPT") {
        warn("milter configuration error: can't reject recipient in non-smtpd(8) submission");
        return fate_.fail(CleanupStatus::deferred, "4.3.0 milter configuration error");
    }
    // A client gets the whole reply; the sender of a message that nobody waits for, its text.
    const bool has_client = subject_.request.options.awaits_edits;
    fate_.fail(reply.starts_with('5') ? CleanupStatus::rejected : CleanupStatus::deferred,
               std::string(has_client ? reply : without_code(reply)));
}

/// milter_header_checks look at what milters have made.
Task<std::vector<std::string>> MilterTurn::checked_header() {
    const Workshop& workshop = subject_.workshop;
    std::vector<std::string> header;
    const bool is_checked = workshop.milter_checks && !workshop.milter_checks->empty();
    std::optional<Inspection> inspection;
    if (is_checked)
        inspection.emplace(*workshop.milter_checks, workshop.reporter,
                           origin_of(subject_.draft, std::string(subject_.file.id().text())),
                           fate_, "milter-header-");
    for (milter::EditedField& field : edits_->header) {
        if (!inspection || !field.is_new) {
            header.push_back(std::move(field.text));
            continue;
        }
        auto outcome =
            co_await inspection->field(mail::HeaderPlace::primary, std::move(field.text));
        std::move(outcome.before.begin(), outcome.before.end(), std::back_inserter(header));
        if (outcome.text) header.push_back(std::move(*outcome.text));
    }
    if (inspection && !fate_.is_settled()) co_await fulfil(inspection->requests());
    co_return header;
}

/// What milter_header_checks want of the message as a whole.
Task<void> MilterTurn::fulfil(const Requests& requests) {
    holds_ = holds_ || requests.holds;
    if (!fate_.check(subject_.envelope.write_requests(requests))) co_return;
    for (const std::string& address : requests.bcc)
        if (!fate_.is_settled()) co_await subject_.recipients.write_bcc(address);
}

Task<void> MilterTurn::edit_recipients() {
    const bool had_recipients = subject_.sizes.recipient_count > 0;
    for (const milter::RecipientEdit& edit : edits_->recipients) {
        if (fate_.is_settled()) co_return;
        if (edit.is_added)
            co_await add_recipient(edit);
        else
            editing_.delete_recipient(edit.address);
    }
    if (fate_.is_settled() || !had_recipients || subject_.sizes.recipient_count > 0) co_return;
    report("milter-discard", "milter deletes all recipients");
    fate_.fail(CleanupStatus::discarded, {});
}

Task<void> MilterTurn::add_recipient(const milter::RecipientEdit& edit) {
    if (edit.address.empty()) co_return warn("ignoring attempt from Milter to add null recipient");
    auto standard = co_await subject_.workshop.rules.standard_form({edit.address}, true);
    if (!standard) co_return fate_.fail(standard.error());
    const std::string& address = standard->front();
    DraftRecipient recipient{address, address, {}, {}};
    take_parameters(edit.parameters, recipient);
    co_await subject_.recipients.write(std::move(recipient));
}

/// Of the parameters of a recipient, NOTIFY and ORCPT have an effect.
void MilterTurn::take_parameters(std::string_view parameters, DraftRecipient& recipient) const {
    const auto refuse = [this](std::string_view why, std::string_view word) {
        warn(fmt::format("{} from Milter or header/body_checks: \"{}\"", why, word));
    };
    for (const std::string_view word : split(parameters, " \t")) {
        if (starts_with_same(word, "NOTIFY=")) {
            if (const auto notify = mail::Notify::parse(word.substr(7))) recipient.notify = *notify;
            else refuse("Bad NOTIFY parameter", word);
        } else if (starts_with_same(word, "ORCPT=")) {
            const auto original = mail::OriginalRecipient::parse(word.substr(6));
            if (original) recipient.dsn_orcpt = original->text();
            else refuse("Bad ORCPT parameter", word);
        } else {
            refuse("ignoring ESMTP argument", word);
        }
    }
}

Task<void> MilterTurn::change_sender() {
    const Editing::Attributes attributes = attributes_of(edits_->sender_parameters);
    std::string& sender = subject_.draft.sender;
    sender = edits_->sender;
    if (!sender.empty()) {
        auto standard = co_await subject_.workshop.rules.standard_form({sender}, true);
        if (!standard) co_return fate_.fail(standard.error());
        sender = std::move(standard->front());
    }
    editing_.change_sender(sender, attributes);
}

/// Of the parameters of a sender, RET and ENVID have an effect.
Editing::Attributes MilterTurn::attributes_of(std::string_view parameters) const {
    Editing::Attributes attributes;
    for (const std::string_view word : split(parameters, " \t")) {
        if (auto attribute = attribute_of(word)) attributes.push_back(std::move(*attribute));
        else
            subject_.workshop.reporter.log().warning(
                "Ignoring bad ESMTP parameter \"{}\" in SMFI_CHGFROM request", word);
    }
    return attributes;
}

void MilterTurn::warn(const std::string& text) const {
    subject_.workshop.reporter.log().warning("{}: {}", subject_.file.id().text(), text);
}

void MilterTurn::end() {
    if (edits_->changes_header || edits_->changes_body) editing_.end_new_content();
}

void MilterTurn::report(std::string_view action, std::string_view text) const {
    const Draft& draft = subject_.draft;
    report::RequestActedOn event{};
    event.queue_id = subject_.file.id().text();
    event.action = action;
    event.stage = stage_;
    std::string_view address = or_else(draft.attribute("client_address"), "127.0.0.1");
    if (starts_with_same(address, "IPv6:")) address.remove_prefix(5);
    event.client = {or_else(draft.attribute("client_name"), "localhost"), address,
                    static_cast<std::uint16_t>(
                        parse_number(draft.attribute("client_port")).value_or(0))};
    event.text = text;
    event.transaction.sender = draft.sender;
    const auto& places = subject_.envelope.places();
    if (!refused_recipient_.empty()) event.transaction.recipient = refused_recipient_;
    else if (!places.empty() && !is_before_recipients(stage_))
        event.transaction.recipient = or_else(places.back().original, places.back().address);
    event.transaction.protocol = draft.attribute("protocol_name");
    event.transaction.helo = draft.attribute("helo_name");
    subject_.workshop.reporter.report(event);
}

}  // namespace postern::cleanup
