#include "tools/postqueue/flush.h"

#include "lib/base/strings.h"
#include "lib/mail/hostname.h"
#include "lib/queue/queue_id.h"
#include "lib/service/client.h"
#include "lib/service/flush.h"
#include "lib/service/qmgr.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

namespace postern::postqueue {
namespace {

constexpr const char* is_down = "Cannot flush mail queue - mail system is down";

template <class Request>
Result<typename Request::Reply> ask(event::Loop& loop, const std::string& path, Request request,
                                    seconds wait) {
    // Without a master nobody comes to listen there; one that is restarting will.
    if (::access(path.c_str(), F_OK) != 0) return system_error(path);
    service::Client client(loop, path, {.patience = seconds(5)});
    return loop.run(client.call(std::move(request), loop.in(wait)));
}

Error unreachable(const Error& why) {
    return {why.code, fmt::format("{} ({})", is_down, why.text)};
}

}  // namespace

/// Forget who did not answer and what time it is to be: everything is tried.
Result<void> flush_all(event::Loop& loop, const std::string& service, seconds wait) {
    auto done = ask(loop, "public/" + service, service::Trigger{"FDAI"}, wait);
    return done ? success() : Result<void>(unreachable(done.error()));
}

Result<void> flush_message(event::Loop& loop, const std::string& service,
                           const std::string& queue_id, seconds wait) {
    if (!queue::QueueId::parse(queue_id))
        return permanent(fmt::format("Cannot flush queue ID - invalid name: \"{}\"", queue_id));
    auto flushed = ask(loop, "public/" + service, service::FlushQueueId{queue_id}, wait);
    if (!flushed) return unreachable(flushed.error());
    if (flushed->status == service::FlushStatus::done) return success();
    return temporary(fmt::format("Cannot flush queue ID \"{}\" - see the mail log", queue_id));
}

Result<void> flush_site(event::Loop& loop, const std::string& service, const std::string& site,
                        seconds wait) {
    const bool is_literal = site.starts_with('[') && site.ends_with(']');
    if (!is_literal && !mail::is_valid_hostname(site))
        return permanent(fmt::format("Cannot flush mail queue - invalid destination: \"{}\"",
                                     printable(site, 100)));
    auto flushed = ask(loop, "public/" + service, service::FlushSite{lower(site)}, wait);
    if (!flushed) return unreachable(flushed.error());
    switch (flushed->status) {
        case service::FlushStatus::done:
        case service::FlushStatus::busy:
            return success();
        case service::FlushStatus::not_eligible:
            return permanent(
                fmt::format("Flush service is not configured for destination \"{}\"", site));
        case service::FlushStatus::failed:
            break;
    }
    return temporary(fmt::format("Cannot flush mail queue for \"{}\" - see the mail log", site));
}

}  // namespace postern::postqueue
