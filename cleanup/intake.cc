// Submissions; see the header.
#include "cleanup/intake.h"

#include "lib/mail/status_code.h"
#include "lib/report/delivery_events.h"

#include <algorithm>

namespace postern::cleanup {

using service::CleanupStatus;

namespace {

/// Why a message is given back: what the sender reads, with its enhanced status code.
mail::CodedText reason_of(const service::Submitted& answer) {
    switch (answer.status) {
        case CleanupStatus::too_big:
            return {{5, 3, 4}, "message file too big"};
        case CleanupStatus::too_many_hops:
            return {{5, 4, 6}, "too many hops"};
        case CleanupStatus::no_recipients:
            return {{5, 1, 3}, "no recipients specified"};
        case CleanupStatus::rejected:
            return mail::split_coded_text(answer.reason, {5, 7, 1});
        default:
            return {{5, 3, 0}, answer.reason};
    }
}

/// A rule may refuse for now only, with a code 4.x.x: whoever submitted it tries again.
bool is_final(const service::Submitted& answer) {
    return answer.status == CleanupStatus::too_big ||
           answer.status == CleanupStatus::too_many_hops ||
           answer.status == CleanupStatus::no_recipients ||
           (answer.status == CleanupStatus::rejected && reason_of(answer).code.is_permanent());
}

}  // namespace

Intake::Intake(const Workshop& workshop, service::Client& bounce, event::Loop& loop)
    : workshop_(workshop), bounce_(bounce), loop_(loop) {}

Task<Result<service::Submitted>> Intake::submit(service::Submit request,
                                                service::Content& content) {
    const bool bounces = request.options.bounces;
    if (workshop_.qmgr.is_crowded())
        co_await event::Sleep(loop_, loop_.in(workshop_.settings.in_flow_delay));
    Message message(workshop_, std::move(request),
                    [&content](const service::CleanupProgress& progress) { content.tell(progress); });
    while (!message.is_settled()) {
        auto piece = co_await content.next(loop_.in(workshop_.settings.ipc_timeout));
        if (!piece) {
            message.cancel();
            co_return piece.error();
        }
        if (piece->empty()) break;
        co_await message.take(*piece);
    }
    auto answer = co_await message.finish();
    if (bounces && is_final(answer)) co_await return_to_sender(message, answer);
    co_return answer;
}

/// A report without a log: once it is in the queue, the message itself counts as dealt with.
Task<void> Intake::return_to_sender(const Message& message, service::Submitted& answer) {
    const mail::CodedText reason = reason_of(answer);
    service::SendReport report;
    report.kind = service::ReportKind::one_entry;
    report.queue_id = answer.queue_id;
    report.queue_name = "incoming";
    report.sender = message.draft().sender;
    for (const DraftRecipient& recipient : message.draft().recipients) {
        service::BounceEntry entry;
        entry.recipient = recipient.address;
        entry.original = recipient.original;
        entry.dsn_orcpt = recipient.dsn_orcpt;
        entry.notify = recipient.notify.bits;
        entry.status = reason.code.text();
        entry.action = "failed";
        entry.reason = reason.text;
        report.entries.push_back(std::move(entry));
    }
    auto sent = co_await bounce_.call(std::move(report), loop_.in(workshop_.settings.ipc_timeout));
    if (!sent) co_return;
    report_returned(message.draft(), answer.queue_id, reason);
    answer.status = CleanupStatus::discarded;
}

/// As a delivery agent would say it: nobody else tells what became of each recipient.
void Intake::report_returned(const Draft& draft, std::string_view queue_id, const mail::CodedText& reason) const {
    const WallTime now = workshop_.clock.wall();
    for (const DraftRecipient& recipient : draft.recipients) {
        report::DeliveryAttempted event;
        event.queue_id = queue_id;
        event.recipient = recipient.address;
        event.original_recipient = recipient.original;
        event.delays.before_queue = std::max(now - draft.arrival.value_or(now), microseconds(0));
        event.status_code = reason.code;
        event.status = report::DeliveryStatus::bounced;
        event.text = reason.text;
        workshop_.reporter.report(event);
    }
}

}  // namespace postern::cleanup
