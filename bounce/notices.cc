// Notices; see the header.
#include "bounce/notices.h"

#include "lib/base/strings.h"
#include "lib/mail/verp.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::bounce {

using service::ReportKind;

namespace {

/// Gathers the notices of one request.
class Gathering {
public:
    Gathering(const service::SendReport& request, const std::vector<queue::LogEntry>& entries,
              const Settings& settings)
        : request_(request), entries_(entries), settings_(settings) {}

    void tell_sender() {
        const auto told = wanted(entries_, request_.kind);
        if (uses_verp())
            for (const auto& entry : told)
                list_.push_back({"",
                                 mail::verp_sender(request_.sender, request_.verp_delimiters,
                                             entry.recipient),
                                 false,
                                 {entry}});
        else if (!told.empty())
            list_.push_back({"", request_.sender, false, told});
    }

    void tell_postmaster(std::string_view notify_class, const std::string& to) {
        if (entries_.empty() || !settings_.notify_classes.contains(notify_class)) return;
        list_.push_back({settings_.double_bounce_sender, to, true, entries_});
    }

    std::vector<Notice> take() { return std::move(list_); }

private:
    bool uses_verp() const {
        return request_.verp_delimiters.size() == 2 && !settings_.disable_verp_bounces &&
               template_of(request_.kind) == TemplateKind::failure;
    }

    const service::SendReport& request_;
    const std::vector<queue::LogEntry>& entries_;
    const Settings& settings_;
    std::vector<Notice> list_;
};

}  // namespace

TemplateKind template_of(ReportKind kind) {
    switch (kind) {
        case ReportKind::delay: return TemplateKind::delay;
        case ReportKind::trace: return TemplateKind::success;
        case ReportKind::verify: return TemplateKind::verify;
        default: return TemplateKind::failure;
    }
}

std::vector<Notice> notices(const service::SendReport& request,
                            const std::vector<queue::LogEntry>& entries, const Settings& settings,
                            const Log& log) {
    Gathering gathering(request, entries, settings);
    const bool is_failure = template_of(request.kind) == TemplateKind::failure;
    if (same(request.sender, settings.double_bounce_sender)) {
        if (is_failure)
            log.warning("{}: undeliverable postmaster notification discarded", request.queue_id);
    } else if (request.sender.empty()) {
        if (is_failure)
            gathering.tell_postmaster("2bounce", settings.second_bounce_notice_recipient);
    } else {
        gathering.tell_sender();
        if (is_failure) gathering.tell_postmaster("bounce", settings.bounce_notice_recipient);
        if (request.kind == ReportKind::delay)
            gathering.tell_postmaster("delay", settings.delay_notice_recipient);
    }
    return gathering.take();
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

}  // namespace postern::bounce
