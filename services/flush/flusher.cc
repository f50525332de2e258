#include "services/flush/flusher.h"

#include "lib/event/pool.h"
#include "lib/service/client_of.h"

#include <utility>

namespace postern::flush {

using service::Done;
using service::Flushed;
using service::FlushStatus;

Flusher::Flusher(service::Daemon& daemon, std::shared_ptr<const queue::Spool> spool,
                 mail::DomainList domains)
    : daemon_(daemon),
      spool_(std::move(spool)),
      domains_(std::move(domains)),
      qmgr_(service::public_client(daemon.loop(), daemon.config(), "queue_service_name")),
      ages_{daemon.config().time("fast_flush_refresh_time"),
            daemon.config().time("fast_flush_purge_time")} {}

Task<Result<Done>> Flusher::record(service::RecordDeferred message) {
    auto id = queue::QueueId::parse(message.queue_id);
    if (!id) co_return id.error();
    auto eligible = co_await domains_.has(message.site);
    if (!eligible) co_return eligible.error();
    if (!*eligible) co_return Done();
    const auto append = [spool = spool_, log = log_name(message.site), id = *id] {
        return flush::record(*spool, log, id);
    };
    auto recorded = co_await daemon_.disk().offload(append);
    if (!recorded) co_return recorded.error();
    co_return Done();
}

Task<Result<Flushed>> Flusher::flush_site(std::string site) {
    auto eligible = co_await domains_.has(site);
    if (!eligible) co_return eligible.error();
    if (!*eligible) co_return Flushed{FlushStatus::not_eligible};
    auto flushed = co_await flush_log(log_name(site));
    if (flushed) co_return Flushed{FlushStatus::done};
    daemon_.log().warning("flush of {}: {}", site, flushed.error().text);
    co_return Flushed{FlushStatus::failed};
}

Task<Result<Flushed>> Flusher::flush_message(std::string queue_id) {
    auto id = queue::QueueId::parse(queue_id);
    if (!id) co_return id.error();
    auto asked = co_await ask_qmgr(std::move(queue_id));
    if (asked) co_return Flushed{FlushStatus::done};
    daemon_.log().warning("flush of {}: {}", id->text(), asked.error().text);
    co_return Flushed{FlushStatus::failed};
}

Task<Result<Done>> Flusher::refresh(bool everything) {
    LogAges ages = ages_;
    if (everything) ages.refresh = seconds(0);
    const WallTime now = daemon_.loop().clock().wall();
    const auto look = [spool = spool_, ages, now] { return tidy(*spool, ages, now); };
    auto due = co_await daemon_.disk().offload(look);
    if (!due) co_return due.error();
    for (const std::string& log : *due) {
        auto flushed = co_await flush_log(log);
        if (!flushed) co_return flushed.error();
    }
    co_return Done();
}

Task<Result<void>> Flusher::flush_log(std::string log) {
    const WallTime now = daemon_.loop().clock().wall();
    const auto take = [spool = spool_, log, now] { return take_all(*spool, log, now); };
    auto ids = co_await daemon_.disk().offload(take);
    if (!ids) co_return ids.error();
    co_return co_await try_now(std::move(*ids), std::move(log));
}

/// What qmgr does not hear of now stays in the log for the next time.
Task<Result<void>> Flusher::try_now(std::vector<queue::QueueId> ids, std::string log) {
    Result<void> done = success();
    for (const queue::QueueId& id : ids) {
        if (done) done = co_await ask_qmgr(id.text());
        if (done) continue;
        const auto append = [spool = spool_, log, id] { return flush::record(*spool, log, id); };
        auto kept = co_await daemon_.disk().offload(append);
        if (!kept) co_return kept.error();
    }
    co_return done;
}

Task<Result<void>> Flusher::ask_qmgr(std::string queue_id) {
    const Deadline deadline = daemon_.loop().in(daemon_.config().time("ipc_timeout"));
    auto asked = co_await qmgr_.call(service::FlushMessage{std::move(queue_id)}, deadline);
    if (!asked) co_return asked.error();
    co_return success();
}

}  // namespace postern::flush
