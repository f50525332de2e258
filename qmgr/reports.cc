// Requests to bounce, defer and trace; see the header.
#include "qmgr/reports.h"

#include "lib/service/client_of.h"

namespace postern::qmgr {

service::BounceEntry report_entry(const service::DeliveryRecipient& recipient,
                                  const service::DeliveryResult& result) {
    service::BounceEntry entry;
    entry.recipient = result.address.empty() ? recipient.address : result.address;
    entry.original = recipient.original;
    entry.dsn_orcpt = recipient.dsn_orcpt;
    entry.notify = recipient.notify;
    entry.offset = recipient.offset;
    entry.status = result.status;
    entry.action = result.action;
    if (entry.action.empty())
        entry.action = result.outcome == service::Outcome::delivered  ? "delivered"
                       : result.outcome == service::Outcome::deferred ? "delayed"
                                                                      : "failed";
    entry.diag_type = result.diag_type;
    entry.diag_text = result.diag_text;
    entry.mta_type = result.mta_type;
    entry.mta_name = result.mta_name;
    entry.reason = result.reason;
    return entry;
}

Reports::Reports(const Settings& settings, const config::Config& config, event::Loop& loop)
    : settings_(settings),
      loop_(loop),
      bounce_(service::private_client(loop, config, "bounce_service_name")),
      defer_(service::private_client(loop, config, "defer_service_name")),
      trace_(service::private_client(loop, config, "trace_service_name")) {}

service::Client& Reports::client(Book book) {
    switch (book) {
        case Book::bounce:
            return bounce_;
        case Book::defer:
            return defer_;
        case Book::trace:
            break;
    }
    return trace_;
}

Task<Result<void>> Reports::record(Book book, std::string queue_id,
                                   std::vector<service::BounceEntry> entries) {
    if (entries.empty()) co_return success();
    auto done =
        co_await client(book).call(service::BounceAppend{std::move(queue_id), std::move(entries)},
                                   loop_.in(settings_.ipc_timeout));
    if (!done) co_return done.error();
    co_return success();
}

Task<Result<void>> Reports::send(service::ReportKind kind, std::string queue_id,
                                 queue::Envelope envelope) {
    service::SendReport report;
    report.kind = kind;
    report.queue_id = std::move(queue_id);
    report.queue_name = "active";
    report.sender = envelope.sender;
    report.encoding = envelope.encoding();
    report.is_smtputf8 = envelope.sizes.asks_for_smtputf8();
    report.dsn_envid = envelope.dsn_envelope_id();
    report.dsn_ret = static_cast<std::int64_t>(envelope.dsn_return());
    report.verp_delimiters = envelope.verp_delimiters;
    const bool is_trace = kind == service::ReportKind::trace || kind == service::ReportKind::verify;
    service::Client& server = is_trace                             ? trace_
                              : kind == service::ReportKind::delay ? defer_
                                                                   : bounce_;
    auto done = co_await server.call(std::move(report), loop_.in(settings_.ipc_timeout));
    if (!done) co_return done.error();
    co_return success();
}

}  // namespace postern::qmgr
