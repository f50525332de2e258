// Notifications; see the header.
#include "bounce/notifier.h"

#include "bounce/log_entries.h"
#include "lib/base/strings.h"
#include "lib/mail/header_field.h"
#include "lib/queue/record.h"
#include "lib/report/message_events.h"
#include "lib/service/cleanup.h"

#include <fmt/format.h>

namespace postern::bounce {

using report::NotificationSent;
using service::ReportKind;

namespace {

constexpr std::size_t block_size = 60000;

NotificationSent::Kind event_kind(ReportKind kind) {
    switch (kind) {
        case ReportKind::delay: return NotificationSent::Kind::delay;
        case ReportKind::trace:
        case ReportKind::verify: return NotificationSent::Kind::delivery_status;
        default: return NotificationSent::Kind::non_delivery;
    }
}

/// The first field of that name in the header of the original; "" where it has none.
std::string field_of(const Original& original, std::string_view name) {
    for (const std::string& line : original.lines) {
        if (line.empty()) break;
        const auto field = mail::parse_field(line);
        if (field && same(field->name, name)) return std::string(trim(field->value));
    }
    return {};
}

}  // namespace

Notifier::Notifier(const Settings& settings, const config::Config& config, const Templates& templates,
                   const queue::Spool& spool, service::Client& cleanup, event::Loop& loop,
                   const Reporter& reporter)
    : settings_(settings), config_(config), templates_(templates), spool_(spool), cleanup_(cleanup),
      loop_(loop), reporter_(reporter) {}

Report Notifier::report(const service::SendReport& request, const queue::QueueId& id,
                        const Notice& notice) const {
    const TemplateKind kind = template_of(request.kind);
    Report made(kind, templates_.of(kind));
    made.is_postmaster_copy = notice.is_postmaster_copy;
    if (!notice.is_postmaster_copy) {
        auto text = expand(made.words, config_);
        if (text) made.text = std::move(*text);
        else reporter_.log().warning("{}_template: {}", name_of(kind), text.error().text);
    }
    made.to = notice.to;
    made.queue_id = request.queue_id;
    made.sender = request.sender.empty() ? "MAILER-DAEMON@" + settings_.myhostname : request.sender;
    made.dsn_envid = request.dsn_envid;
    made.encoding = request.encoding;
    made.is_smtputf8 = request.is_smtputf8;
    made.has_smtputf8 = settings_.smtputf8_enable;
    made.myhostname = settings_.myhostname;
    made.mail_name = settings_.mail_name;
    made.entries = notice.entries;
    const bool wants_header =
        request.dsn_ret == static_cast<std::int64_t>(mail::ReturnContent::headers);
    // Of mail from nobody nobody else has a copy.
    const bool header_only = kind != TemplateKind::failure ||
                             (notice.is_postmaster_copy ? !request.sender.empty() : wants_header);
    const auto queue = queue::queue_named(request.queue_name).value_or(queue::Queue::active);
    made.original = read_original(
        spool_, queue, id,
        {settings_.bounce_size_limit, header_only, settings_.requiretls_redact_dsn});
    if (settings_.enable_threaded_bounces) made.thread = field_of(made.original, "Message-ID");
    made.tls_is_optional =
        settings_.tls_required_enable && same(field_of(made.original, "TLS-Required"), "no");
    if (kind == TemplateKind::delay && made.original.arrival)
        made.retried_until = *made.original.arrival + settings_.maximal_queue_lifetime;
    made.now = loop_.clock().wall();
    return made;
}

Task<Result<service::Done>> Notifier::send(service::SendReport request) {
    auto id = queue::QueueId::parse(request.queue_id);
    if (!id) co_return id.error();
    auto entries = entries_of(request, spool_, *id);
    if (!entries) co_return entries.error();
    for (Notice& notice : notices(request, *entries, settings_, reporter_.log())) {
        const NotificationSent::To to =
            notice.is_postmaster_copy ? NotificationSent::To::postmaster : NotificationSent::To::sender;
        const Report words = report(request, *id, notice);
        const std::string address = notice.to;
        // Without the content there is nothing to protect, and a report that arrives.
        const bool requires_tls = words.original.requires_tls && !settings_.requiretls_redact_dsn;
        auto sent = co_await post(std::move(notice), lines_of(words), request, requires_tls);
        if (!sent) {
            reporter_.report(report::NotificationFailed{request.queue_id, to, address, sent.error().text});
            // The postmaster's copy is a courtesy; the sender's report is a promise.
            if (to == NotificationSent::To::postmaster) continue;
            co_return temporary(sent.error().text);
        }
        reporter_.report(NotificationSent{request.queue_id, to, event_kind(request.kind), *sent});
    }
    if (request.kind != ReportKind::delay && request.kind != ReportKind::one_entry)
        if (auto removed = queue::remove_log(spool_, log_of(request.kind), *id); !removed)
            co_return removed.error();
    co_return service::Done();
}

/// Gives the queue id of the notification.
Task<Result<std::string>> Notifier::post(Notice notice, std::vector<std::string> lines,
                                         service::SendReport about, bool requires_tls) {
    using queue::RecordType;
    const Deadline deadline = loop_.in(settings_.ipc_timeout);
    service::Submit request;
    request.options.adds_missing_headers = true;
    request.options.smtputf8 = about.is_smtputf8;
    request.options.message_class = "bounce";
    request.received_before = fmt::format("Received: by {} ({})\n\tid ", settings_.myhostname, settings_.mail_name);
    request.received_after = "; " + mail_date(loop_.clock().wall());
    service::Upload<service::Submit> upload(cleanup_);
    if (auto begun = co_await upload.begin(std::move(request), deadline); !begun) co_return begun.error();

    std::string records;
    queue::append_record(records, RecordType::time, fmt::format("{}", to_unix(loop_.clock().wall())));
    queue::append_attribute(records, "rewrite_context", "local");
    if (!about.encoding.empty()) queue::append_attribute(records, "encoding", about.encoding);
    if (requires_tls) queue::append_attribute(records, "requiretls", "yes");
    queue::append_record(records, RecordType::sender, notice.from);
    queue::append_record(records, RecordType::recipient, notice.to);
    queue::append_record(records, RecordType::content, {});
    for (const std::string& line : lines) {
        queue::append_record(records, RecordType::line, line);
        if (records.size() < block_size) continue;
        if (!co_await upload.send(std::exchange(records, {}), deadline)) break;   // finish() tells why
    }
    queue::append_record(records, RecordType::extracted, {});
    queue::append_record(records, RecordType::end, {});
    std::ignore = co_await upload.send(records, deadline);   // finish() tells what went wrong
    auto answer = co_await upload.finish(deadline);
    if (!answer) co_return answer.error();
    if (answer->status != service::CleanupStatus::ok && answer->status != service::CleanupStatus::discarded)
        co_return temporary(answer->reason.empty() ? "not accepted by cleanup" : answer->reason);
    co_return answer->queue_id;
}

}  // namespace postern::bounce
