// Collecting; see the header.
#include "services/pickup/collector.h"

#include "lib/base/strings.h"
#include "lib/queue/scan.h"
#include "lib/report/message_events.h"
#include "lib/service/identity.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace postern::pickup {

using service::CleanupStatus;

namespace {

constexpr std::size_t block_size = 60000;

service::CleanupOptions cleanup_options(const config::Config& config) {
    const auto overrides = config.list("receive_override_options");
    const auto is_off = [&](std::string_view name) {
        return std::find(overrides.begin(), overrides.end(), name) != overrides.end();
    };
    const auto classes = config.list("smtputf8_autodetect_classes");
    service::CleanupOptions options;
    options.bounces = true;
    options.filters = !is_off("no_header_body_checks");
    options.maps_addresses = options.adds_bcc = !is_off("no_address_mappings");
    options.adds_missing_headers = true;
    options.uses_milters = !is_off("no_milters");
    options.smtputf8_autodetect = std::any_of(classes.begin(), classes.end(), [](const std::string& name) {
        return name == "sendmail" || name == "all";
    });
    return options;
}

}  // namespace

Settings::Settings(const config::Config& config)
    : options(cleanup_options(config)),
      content_filter(config.text("content_filter")),
      myhostname(config.text("myhostname")),
      mail_name(config.text("mail_name")),
      ipc_timeout(config.time("ipc_timeout")),
      mail_owner(::geteuid()) {
    if (auto owner = service::mail_owner(config); owner && ::geteuid() == 0) mail_owner = owner->user;
}

Collector::Collector(const Settings& settings, const queue::Spool& spool, service::Client& cleanup,
                     event::Loop& loop, const Reporter& reporter, event::TaskGroup::OnBug on_bug)
    : settings_(settings), spool_(spool), cleanup_(cleanup), loop_(loop), reporter_(reporter),
      has_room_(loop), tasks_(loop, std::move(on_bug)) {}

void Collector::scan() {
    scans_again_ = true;
    if (!is_scanning_) tasks_.spawn(scan_all());
}

Task<void> Collector::scan_all() {
    is_scanning_ = true;
    while (std::exchange(scans_again_, false)) {
        queue::QueueScan files(spool_, queue::Queue::maildrop);
        for (;;) {
            auto entry = files.next();
            if (!entry) {
                reporter_.log().warning("{}", entry.error().text);
                break;
            }
            if (!*entry) break;
            // Names that are no queue ids are files that postdrop is about to name.
            if (!(*entry)->id || under_way_.contains(*(*entry)->id)) continue;
            while (under_way_.size() >= settings_.at_once) co_await has_room_.wait();
            under_way_.insert(*(*entry)->id);
            tasks_.spawn(collect(*(*entry)->id));
        }
    }
    is_scanning_ = false;
}

Task<void> Collector::collect(queue::QueueId id) {
    auto opened = SubmittedFile::open(spool_, id, settings_.mail_owner);
    if (!opened)
        reporter_.log().warning("{}", opened.error().text);
    else if (opened->state == FileState::damaged)
        set_aside(id, opened->problem);
    else if (opened->file)
        co_await hand_over(id, std::move(*opened->file));
    under_way_.erase(id);
    has_room_.notify_all();
}

Task<void> Collector::hand_over(queue::QueueId id, SubmittedFile file) {
    // Its line belongs here, but the queue id is known only in the end.
    const LogPlace place(reporter_.log().book());
    const WallTime began = loop_.clock().wall();
    auto answer = co_await submit(file);
    if (answer)
        settle(id, file, *answer, began);
    else if (answer.error().is_permanent())
        set_aside(id, answer.error().text);
    else
        reporter_.log().warning("maildrop/{}: {}", id.text(), answer.error().text);
}

/// A permanent error is damage in the file; everything else may be better next time.
Task<Result<service::Submitted>> Collector::submit(SubmittedFile& file) {
    service::Submit request;
    request.options = settings_.options;
    request.is_reported = true;
    request.received_before = fmt::format("Received: by {} ({}, from userid {})\n\tid ", settings_.myhostname,
                                          settings_.mail_name, file.owner());
    request.received_after = "; " + mail_date(loop_.clock().wall());
    const Deadline deadline = loop_.in(settings_.ipc_timeout);
    service::Upload<service::Submit> upload(cleanup_);
    if (auto begun = co_await upload.begin(std::move(request), deadline); !begun)
        co_return temporary(begun.error().text);
    std::string records;
    if (!settings_.content_filter.empty())
        queue::append_record(records, queue::RecordType::content_filter, settings_.content_filter);
    for (bool goes_on = true; goes_on;) {
        auto filled = file.fill(records, block_size);
        if (!filled) co_return filled.error();
        goes_on = *filled;
        if (!co_await upload.send(std::exchange(records, {}), loop_.in(settings_.ipc_timeout))) break;
    }
    auto answer = co_await upload.finish(loop_.in(settings_.ipc_timeout));
    if (!answer) co_return temporary(answer.error().text);
    co_return answer;
}

void Collector::settle(const queue::QueueId& id, const SubmittedFile& file,
                       const service::Submitted& answer, WallTime began) {
    if (!answer.queue_id.empty())
        reporter_.report(report::MailSubmitted{answer.queue_id, file.owner(), file.sender()}, began);
    reporter_.log().book().fill_place(answer.log_place);
    switch (answer.status) {
        case CleanupStatus::ok:
        case CleanupStatus::discarded: return remove(id);
        case CleanupStatus::bad_input: return set_aside(id, answer.reason);
        default: break;
    }
    reporter_.log().warning("maildrop/{}: not accepted by cleanup, tried again later: {}", id.text(),
                            answer.reason);
}

void Collector::set_aside(const queue::QueueId& id, std::string_view problem) {
    reporter_.log().warning("maildrop/{}: {}; moved to corrupt/", id.text(), printable(problem, 300));
    auto moved = spool_.move(id, queue::Queue::maildrop, queue::Queue::corrupt);
    if (!moved) reporter_.log().warning("{}", moved.error().text);
}

void Collector::remove(const queue::QueueId& id) {
    auto removed = spool_.remove(queue::Queue::maildrop, id);
    if (!removed) reporter_.log().warning("{}", removed.error().text);
}

}  // namespace postern::pickup
