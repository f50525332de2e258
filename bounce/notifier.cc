// Notifications; see the header.
#include "bounce/notifier.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/header_field.h"
#include "lib/queue/record.h"
#include "lib/service/cleanup.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::bounce {

using report::NotificationSent;
using service::ReportKind;

namespace {

constexpr std::size_t block_size = 60000;

TemplateKind template_of(ReportKind kind) {
    switch (kind) {
        case ReportKind::delay: return TemplateKind::delay;
        case ReportKind::trace: return TemplateKind::success;
        case ReportKind::verify: return TemplateKind::verify;
        default: return TemplateKind::failure;
    }
}

queue::Queue log_of(ReportKind kind) {
    switch (kind) {
        case ReportKind::delay: return queue::Queue::defer;
        case ReportKind::trace:
        case ReportKind::verify: return queue::Queue::trace;
        default: return queue::Queue::bounce;
    }
}

NotificationSent::Kind event_kind(ReportKind kind) {
    switch (kind) {
        case ReportKind::delay: return NotificationSent::Kind::delay;
        case ReportKind::trace:
        case ReportKind::verify: return NotificationSent::Kind::delivery_status;
        default: return NotificationSent::Kind::non_delivery;
    }
}

/// What replies refer to; "" where the header has none.
std::string message_id(const Original& original) {
    for (const std::string& line : original.lines) {
        if (line.empty()) break;
        const auto field = mail::parse_field(line);
        if (field && same(field->name, "Message-ID")) return std::string(trim(field->value));
    }
    return {};
}

std::string with_domain(std::string address, const std::string& domain) {
    return address.find('@') == address.npos ? address + "@" + domain : address;
}

queue::LogEntry entry_of(const service::BounceEntry& entry) {
    queue::LogEntry made;
    made.recipient = entry.recipient;
    made.original_recipient = entry.original;
    made.dsn_orcpt = entry.dsn_orcpt;
    made.notify.bits = static_cast<std::uint8_t>(entry.notify);
    made.offset = entry.offset;
    made.status = entry.status;
    made.action = entry.action;
    made.diag_type = entry.diag_type;
    made.diag_text = entry.diag_text;
    made.mta_type = entry.mta_type;
    made.mta_name = entry.mta_name;
    made.reason = entry.reason;
    return made;
}

}  // namespace

Settings::Settings(const config::Config& config)
    : myhostname(config.text("myhostname")),
      mail_name(config.text("mail_name")),
      myorigin(config.text("myorigin")),
      double_bounce_sender(with_domain(config.text("double_bounce_sender"), config.text("myorigin"))),
      bounce_notice_recipient(config.text("bounce_notice_recipient")),
      second_bounce_notice_recipient(config.text("2bounce_notice_recipient")),
      delay_notice_recipient(config.text("delay_notice_recipient")),
      bounce_size_limit(static_cast<std::size_t>(config.number("bounce_size_limit"))),
      ipc_timeout(config.time("ipc_timeout")),
      maximal_queue_lifetime(config.time("maximal_queue_lifetime")),
      disable_verp_bounces(config.boolean("disable_verp_bounces")),
      enable_threaded_bounces(config.boolean("enable_threaded_bounces")),
      smtputf8_enable(config.boolean("smtputf8_enable")) {
    for (std::string& name : config.list("notify_classes")) notify_classes.insert(std::move(name));
}

std::vector<queue::LogEntry> wanted(std::vector<queue::LogEntry> entries, ReportKind kind) {
    const auto bit = kind == ReportKind::delay   ? mail::Notify::delay
                     : kind == ReportKind::trace ? mail::Notify::success
                                                 : mail::Notify::failure;
    std::erase_if(entries, [&](const queue::LogEntry& entry) {
        if (kind == ReportKind::verify) return false;
        return entry.notify.bits == 0 ? kind == ReportKind::trace : !entry.notify.has(bit);
    });
    return entries;
}

std::string verp_sender(std::string_view sender, std::string_view delimiters, std::string_view recipient) {
    const auto from = mail::split_address(sender), to = mail::split_address(recipient);
    std::string address = fmt::format("{}{}{}", from.localpart, delimiters[0], to.localpart);
    if (to.has_domain) address += fmt::format("{}{}", delimiters[1], to.domain);
    if (from.has_domain) address += fmt::format("@{}", from.domain);
    return address;
}

std::vector<queue::LogEntry> log_entries(const std::vector<service::BounceEntry>& entries) {
    std::vector<queue::LogEntry> list;
    std::transform(entries.begin(), entries.end(), std::back_inserter(list), entry_of);
    return list;
}

Notifier::Notifier(const Settings& settings, const config::Config& config, const Templates& templates,
                   const queue::Spool& spool, service::Client& cleanup, event::Loop& loop,
                   const Reporter& reporter)
    : settings_(settings), config_(config), templates_(templates), spool_(spool), cleanup_(cleanup),
      loop_(loop), reporter_(reporter) {}

Result<std::vector<queue::LogEntry>> Notifier::entries_of(const service::SendReport& request,
                                                          const queue::QueueId& id) const {
    if (request.kind == ReportKind::one_entry) return log_entries(request.entries);
    return queue::read_log(spool_, log_of(request.kind), id);
}

void Notifier::add_postmaster(std::vector<Notice>& list, const std::string& to,
                              const std::vector<queue::LogEntry>& entries) const {
    if (!entries.empty()) list.push_back({settings_.double_bounce_sender, to, true, entries});
}

/// Mail from nobody is answered to nobody (RFC 5321 section 4.5.5), but a postmaster may want to
/// know; what postmaster cannot be told is told to no one, or it would go in circles.
std::vector<Notifier::Notice> Notifier::notices(const service::SendReport& request,
                                                const std::vector<queue::LogEntry>& entries) const {
    std::vector<Notice> list;
    const auto has_class = [&](std::string_view name) { return settings_.notify_classes.contains(name); };
    const bool is_failure = template_of(request.kind) == TemplateKind::failure;
    if (same(request.sender, settings_.double_bounce_sender)) {
        if (is_failure)
            reporter_.log().warning("{}: undeliverable postmaster notification discarded", request.queue_id);
        return list;
    }
    if (request.sender.empty()) {
        if (is_failure && has_class("2bounce"))
            add_postmaster(list, settings_.second_bounce_notice_recipient, entries);
        return list;
    }
    const auto told = wanted(entries, request.kind);
    if (request.verp_delimiters.size() == 2 && is_failure && !settings_.disable_verp_bounces)
        for (const auto& entry : told)
            list.push_back({"", verp_sender(request.sender, request.verp_delimiters, entry.recipient), false, {entry}});
    else if (!told.empty())
        list.push_back({"", request.sender, false, told});
    if (is_failure && has_class("bounce")) add_postmaster(list, settings_.bounce_notice_recipient, entries);
    if (request.kind == ReportKind::delay && has_class("delay"))
        add_postmaster(list, settings_.delay_notice_recipient, entries);
    return list;
}

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
    made.sender = request.sender.empty() ? "MAILER-DAEMON@" + settings_.myorigin : request.sender;
    made.dsn_envid = request.dsn_envid;
    made.encoding = request.encoding;
    made.is_smtputf8 = request.is_smtputf8;
    made.has_smtputf8 = settings_.smtputf8_enable;
    made.myhostname = settings_.myhostname;
    made.mail_name = settings_.mail_name;
    made.entries = notice.entries;
    // Of mail from nobody nobody else has a copy.
    const bool header_only = kind != TemplateKind::failure ||
                             (notice.is_postmaster_copy && !request.sender.empty()) ||
                             request.dsn_ret == static_cast<std::int64_t>(mail::ReturnContent::headers);
    const auto queue = queue::queue_named(request.queue_name).value_or(queue::Queue::active);
    made.original = read_original(spool_, queue, id, settings_.bounce_size_limit, header_only);
    if (settings_.enable_threaded_bounces) made.thread = message_id(made.original);
    if (kind == TemplateKind::delay && made.original.arrival)
        made.retried_until = *made.original.arrival + settings_.maximal_queue_lifetime;
    made.now = loop_.clock().wall();
    return made;
}

Task<Result<service::Done>> Notifier::send(service::SendReport request) {
    auto id = queue::QueueId::parse(request.queue_id);
    if (!id) co_return id.error();
    auto entries = entries_of(request, *id);
    if (!entries) co_return entries.error();
    for (Notice& notice : notices(request, *entries)) {
        const NotificationSent::To to =
            notice.is_postmaster_copy ? NotificationSent::To::postmaster : NotificationSent::To::sender;
        auto lines = lines_of(report(request, *id, notice));
        const std::string address = notice.to;
        auto sent = co_await post(std::move(notice), std::move(lines), request);
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
                                         service::SendReport about) {
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
