// Outcomes; see the header.
#include "qmgr/outcomes.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/queue/queue_file.h"
#include "lib/report/message_events.h"
#include "lib/service/flush.h"

#include <fmt/format.h>

namespace postern::qmgr {

using queue::TraceFlags;
using service::Outcome;

namespace {

bool asks_for_success(const service::DeliveryRecipient& recipient) {
    return mail::Notify{static_cast<std::uint8_t>(recipient.notify)}.has(mail::Notify::success);
}

/// As delivery reports have it: by which way, and not only what became of it.
service::BounceEntry traced_entry(const service::DeliveryRecipient& recipient,
                                  const service::DeliveryResult& result, bool is_probe) {
    service::BounceEntry entry = report_entry(recipient, result);
    if (result.relay != "none")
        entry.reason = fmt::format("delivery via {}: {}", result.relay, result.reason);
    if (is_probe)
        entry.action = result.outcome == Outcome::delivered ? "deliverable" : "undeliverable";
    return entry;
}

service::AddressState state_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::delivered:
            return service::AddressState::deliverable;
        case Outcome::bounced:
            return service::AddressState::bounced;
        case Outcome::deferred:
            break;
    }
    return service::AddressState::deferred;
}

}  // namespace

Outcomes::Outcomes(const Office& office, const queue::QueueId& id, const queue::Envelope& envelope,
                   bool keeps_deferred)
    : office_(office),
      id_(id),
      envelope_(envelope),
      flags_(envelope.trace_flags()),
      keeps_deferred_(keeps_deferred) {}

void Outcomes::warn(const Error& error) const {
    office_.reporter.log().warning("{}: {}", id_.text(), error.text);
}

bool Outcomes::is_traced(const service::DeliveryRecipient& recipient,
                         const service::DeliveryResult& result) const {
    if (flags_.has(TraceFlags::record)) return result.action != "expanded";
    return result.outcome == Outcome::delivered && asks_for_success(recipient) &&
           !result.dsn_passed_on;
}

Task<void> Outcomes::settle(std::vector<service::DeliveryRecipient> recipients,
                            service::DeliveryReply reply) {
    if (flags_.delivers_nothing()) co_return co_await settle_probe(recipients, reply);
    Entries bounced, deferred, traced;
    std::set<std::int64_t> stay;  // of recipients of which a part is still to be delivered
    for (const service::DeliveryResult& result : reply.results) {
        const auto index = static_cast<std::size_t>(result.recipient);
        if (index >= recipients.size()) continue;
        const service::DeliveryRecipient& recipient = recipients[index];
        if (is_traced(recipient, result)) traced.push_back(traced_entry(recipient, result, false));
        switch (result.outcome) {
            case Outcome::delivered:
                has_marked_ = true;
                break;
            case Outcome::bounced:
                bounced.push_back(report_entry(recipient, result));
                break;
            case Outcome::deferred:
                deferred.push_back(report_entry(recipient, result));
                stay.insert(recipient.offset);
                break;
        }
    }
    // Not recorded, so not done: they are tried again.
    if (!bounced.empty() && !co_await bounce(bounced, stay))
        deferred.insert(deferred.end(), bounced.begin(), bounced.end());
    if (!traced.empty()) co_await trace(std::move(traced));
    if (!deferred.empty()) co_await defer(std::move(deferred));
}

/// Nothing was delivered; whatever was found out is final.
Task<void> Outcomes::settle_probe(const std::vector<service::DeliveryRecipient>& recipients,
                                  const service::DeliveryReply& reply) {
    Entries traced;
    for (const service::DeliveryResult& result : reply.results) {
        const auto index = static_cast<std::size_t>(result.recipient);
        if (index >= recipients.size() || result.action == "expanded") continue;
        if (flags_.has(TraceFlags::probe))
            learn(recipients[index], result);
        else
            traced.push_back(traced_entry(recipients[index], result, true));
    }
    if (!traced.empty()) co_await trace(std::move(traced));
}

/// An address that stands for several is as good as the best of them.
void Outcomes::learn(const service::DeliveryRecipient& recipient,
                     const service::DeliveryResult& result) {
    const std::string& asked = recipient.original.empty() ? recipient.address : recipient.original;
    const service::UpdateAddress news{asked, state_of(result.outcome), result.reason};
    const auto [known, is_first] = learned_.try_emplace(asked, news);
    if (!is_first && news.state < known->second.state) known->second = news;
}

Task<void> Outcomes::tell_verify() {
    for (auto& [address, news] : learned_) {
        auto told = co_await office_.verify.call(std::move(news),
                                                 office_.loop.in(office_.settings.ipc_timeout));
        if (!told) warn(told.error());
    }
}

Task<void> Outcomes::trace(Entries entries) {
    has_traced_ = true;
    auto done = co_await office_.reports.record(Reports::Book::trace, std::string(id_.text()),
                                                std::move(entries));
    if (!done) warn(done.error());
}

Task<void> Outcomes::defer(Entries entries) {
    has_defer_log_ = has_deferred_ = true;
    co_await remember_sites(entries);
    if (keeps_deferred_) deferred_.insert(deferred_.end(), entries.begin(), entries.end());
    auto done = co_await office_.reports.record(Reports::Book::defer, std::string(id_.text()),
                                                std::move(entries));
    if (!done) warn(done.error());
}

/// flush(8) learns which messages wait for a site.
Task<void> Outcomes::remember_sites(const Entries& entries) {
    if (!office_.settings.has_fast_flush) co_return;
    std::set<std::string> sites;
    for (const service::BounceEntry& entry : entries)
        sites.insert(lower(mail::split_address(entry.recipient).domain));
    for (const std::string& site : sites) {
        auto done =
            co_await office_.flush.call(service::RecordDeferred{site, std::string(id_.text())},
                                        office_.loop.in(office_.settings.ipc_timeout));
        if (!done) warn(done.error());
    }
}

Task<bool> Outcomes::bounce(Entries entries, std::set<std::int64_t> stay) {
    auto recorded = co_await office_.reports.record(Reports::Book::bounce, std::string(id_.text()),
                                                    entries);
    if (!recorded) {
        warn(recorded.error());
        co_return false;
    }
    has_bounced_ = true;
    // Not marked means one more bounce, which is better than none.
    if (auto marked = mark_done(entries, stay); !marked) warn(marked.error());
    co_return true;
}

Result<queue::QueueFile::Opened> Outcomes::open_to_mark() const {
    return queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                  queue::QueueFile::Access::mark);
}

Result<void> Outcomes::mark_done(const Entries& entries, const std::set<std::int64_t>& stay) {
    auto opened = open_to_mark();
    if (!opened) return opened.error();
    if (!opened->file) return temporary("queue file has gone");
    for (const service::BounceEntry& entry : entries)
        if (entry.offset > 0 && !stay.contains(entry.offset))
            if (auto done = opened->file->mark_done(static_cast<off_t>(entry.offset)); !done)
                return done;
    has_marked_ = true;
    return success();
}

Task<bool> Outcomes::expire() {
    Entries entries = deferred_;
    for (service::BounceEntry& entry : entries)
        entry.action = "failed";
    if (!co_await bounce(std::move(entries), {})) co_return false;
    deferred_.clear();
    has_deferred_ = false;
    co_return true;
}

Task<bool> Outcomes::send(service::ReportKind kind) {
    auto sent = co_await office_.reports.send(kind, std::string(id_.text()), envelope_);
    if (!sent) warn(sent.error());
    co_return sent.has_value();
}

/// A queue manager before us may have recorded and not come to report.
bool Outcomes::has_log(queue::Queue log, bool is_known, bool is_fresh) const {
    if (is_known || is_fresh) return is_known;
    auto status = office_.spool.status(log, id_);
    return status && status->has_value();
}

Task<bool> Outcomes::send_reports(bool is_fresh) {
    co_await tell_verify();
    if (has_log(queue::Queue::bounce, has_bounced_, is_fresh) &&
        !co_await send(service::ReportKind::bounce))
        co_return false;
    // cleanup too records: aliases whose expansion somebody asked to hear of.
    const bool may_have_expansions =
        (envelope_.sizes.dsn_options & (std::uint32_t{mail::Notify::success} << 1)) != 0;
    if (!has_log(queue::Queue::trace, has_traced_, is_fresh && !may_have_expansions))
        co_return true;
    const bool is_verbose = flags_.has(TraceFlags::verify | TraceFlags::record);
    if (!co_await send(is_verbose ? service::ReportKind::verify : service::ReportKind::trace))
        co_return false;
    if (is_verbose && has_deferred_) clear_trace_flags();
    co_return true;
}

/// sendmail -v reports the first attempt only.
void Outcomes::clear_trace_flags() {
    auto opened = open_to_mark();
    if (!opened) return warn(opened.error());
    if (!opened->file || envelope_.trace_flags_offset == 0) return;
    if (auto done = opened->file->clear_trace_flags(envelope_.trace_flags_offset); !done)
        warn(done.error());
}

Task<void> Outcomes::warn_of_delay() {
    if (!envelope_.warn_time || office_.settings.delay_warning_time <= seconds(0) ||
        office_.loop.clock().wall() < *envelope_.warn_time)
        co_return;
    if (!co_await send(service::ReportKind::delay)) co_return;
    auto opened = open_to_mark();
    if (opened && opened->file)
        std::ignore = opened->file->clear_warn_time(envelope_.warn_time_offset);
}

}  // namespace postern::qmgr
