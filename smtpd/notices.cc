// Notices; see the header.
#include "smtpd/notices.h"

#include "lib/base/strings.h"
#include "lib/mail/made_headers.h"
#include "lib/queue/record.h"
#include "lib/service/cleanup.h"

#include <fmt/format.h>

namespace postern::smtpd {

using queue::RecordType;

void Notices::send(const Session& session, const Transcript& transcript) {
    bool has_error = false, has_bounce = false;
    for (const std::string& name : settings_.notify_classes) {
        if (!transcript.has_class(name)) continue;
        (name == "bounce" ? has_bounce : has_error) = true;
    }
    const auto post_to = [&](const std::string& to) {
        tasks_.spawn(post(session.reporter, to, content(session, transcript, to)));
    };
    if (has_error)
        post_to(settings_.error_notice_recipient);
    else if (has_bounce)
        post_to(settings_.bounce_notice_recipient);
}

std::string Notices::content(const Session& session, const Transcript& transcript,
                             const std::string& to) const {
    return fmt::format(
        "From: Mail Delivery System <MAILER-DAEMON>\nTo: Postmaster <{}>\n"
        "Subject: {} SMTP server: errors from {}\n\n{}",
        to, settings_.mail_name, session.client_text(), transcript.text());
}

namespace {

std::string records_of(const Settings& settings, WallTime now, const std::string& to,
                       std::string_view content) {
    std::string records;
    queue::append_record(records, RecordType::time, fmt::format("{}", to_unix(now)));
    queue::append_attribute(records, "rewrite_context", "local");
    queue::append_record(records, RecordType::sender, settings.double_bounce_sender);
    queue::append_record(records, RecordType::recipient, to);
    queue::append_record(records, RecordType::content, {});
    while (!content.empty()) {
        const auto end = content.find('\n');
        queue::append_record(records, RecordType::line, content.substr(0, end));
        content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    }
    queue::append_record(records, RecordType::extracted, {});
    queue::append_record(records, RecordType::end, {});
    return records;
}

/// Where the queue id goes, which only cleanup knows.
constexpr std::string_view id_mark = "\x01";

service::Submit request_of(const Settings& settings, WallTime now) {
    service::Submit request;
    request.options.adds_missing_headers = true;
    request.options.message_class = "notify";
    mail::Received received;
    received.by = settings.myhostname;
    received.mail_name = settings.mail_name;
    received.queue_id = id_mark;
    received.time = now;
    const std::string field = mail::received_field(received);
    const auto mark = field.find(id_mark);
    request.received_before = field.substr(0, mark);
    request.received_after = field.substr(mark + id_mark.size());
    return request;
}

Task<Result<service::Submitted>> submit(service::Client& cleanup, service::Submit request,
                                        std::string records, Deadline deadline) {
    service::Upload<service::Submit> upload(cleanup);
    auto begun = co_await upload.begin(std::move(request), deadline);
    if (!begun) co_return begun.error();
    auto sent = co_await upload.send(records, deadline);
    if (!sent && !upload.is_over()) co_return sent.error();
    co_return co_await upload.finish(deadline);
}

}  // namespace

Task<void> Notices::post(Reporter reporter, std::string to, std::string content) {
    const WallTime now = loop_.clock().wall();
    auto submitted =
        co_await submit(cleanup_, request_of(settings_, now),
                        records_of(settings_, now, to, content), loop_.in(settings_.ipc_timeout));
    if (!submitted)
        reporter.log().warning("notice for {}: {}", to, submitted.error().text);
    else if (submitted->status != service::CleanupStatus::ok)
        reporter.log().warning("notice for {}: cleanup refused it: {}", to, submitted->reason);
}

}  // namespace postern::smtpd
