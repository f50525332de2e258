#include "tools/postsuper/messages.h"

#include "lib/base/strings.h"
#include "lib/queue/message_log.h"
#include "lib/queue/scan.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iostream>
#include <string>
#include <utility>

namespace postern::postsuper {

using queue::Queue;
using queue::QueueId;

/// One thing that is done to a message: how it is told, where messages are looked for, and how it
/// is done.
struct Messages::Deed {
    Outcome outcome;
    std::string_view told;
    std::string_view counted;
    std::vector<Queue> queues;
    Result<bool> (Messages::*perform)(const QueueId&, Queue);
};

const Messages::Deed& Messages::deed_of(Outcome outcome) {
    using enum Queue;
    static const std::array deeds = {
        Deed{Outcome::requeued,
             "requeued",
             "Requeued",
             {hold, incoming, active, deferred},
             &Messages::requeue},
        Deed{Outcome::removed,
             "removed",
             "Deleted",
             {maildrop, hold, incoming, active, deferred},
             &Messages::remove},
        Deed{Outcome::expired,
             "expired",
             "Force-expired",
             {hold, incoming, active, deferred},
             &Messages::expire},
        Deed{Outcome::held,
             "placed on hold",
             "Placed on hold",
             {incoming, active, deferred},
             &Messages::hold},
        Deed{Outcome::released,
             "released from hold",
             "Released from hold",
             {hold},
             &Messages::release},
    };
    return deeds[static_cast<std::size_t>(outcome)];
}

std::vector<Messages::Outcome> Messages::outcomes_of(Operation operation) {
    switch (operation) {
        case Operation::remove:
            return {Outcome::removed};
        case Operation::expire:
            return {Outcome::expired};
        case Operation::expire_and_release:
            return {Outcome::expired, Outcome::released};
        case Operation::hold:
            return {Outcome::held};
        case Operation::release:
            return {Outcome::released};
        case Operation::requeue:
            return {Outcome::requeued};
    }
    return {};
}

Messages::Messages(const queue::Spool& spool, std::vector<Queue> queues, Log log)
    : spool_(spool), queues_(std::move(queues)), log_(log) {}

Result<void> Messages::perform(const Request& request) {
    for (Outcome outcome : outcomes_of(request.operation))
        counts_[outcome] += 0;
    if (request.what == "ALL") return perform_all(request.operation);
    if (request.what == "-") return perform_listed(request.operation);
    return perform_one(request.operation, request.what);
}

/// The queues of an operation, as far as the command line does not limit them. Messages that were
/// not sanitized (maildrop) can only be removed.
std::vector<Queue> Messages::queues_for(Outcome outcome) const {
    const Deed& deed = deed_of(outcome);
    if (queues_.empty()) return deed.queues;
    std::vector<Queue> chosen;
    for (Queue queue : queues_) {
        const bool fits = std::ranges::find(deed.queues, queue) != deed.queues.end();
        const bool is_removable = outcome == Outcome::removed && queue == Queue::corrupt;
        if (fits || is_removable) chosen.push_back(queue);
    }
    return chosen;
}

Result<void> Messages::perform_all(Operation operation) {
    for (Outcome outcome : outcomes_of(operation)) {
        for (Queue queue : queues_for(outcome)) {
            if (auto done = perform_in(queue, outcome); !done) return done;
        }
    }
    return success();
}

Result<void> Messages::perform_in(Queue queue, Outcome outcome) {
    queue::QueueScan scan(spool_, queue);
    for (;;) {
        auto entry = scan.next();
        if (!entry) return entry.error();
        if (!*entry) return success();
        if (!(*entry)->id) continue;
        const QueueId& id = *(*entry)->id;
        // Left where other hash_queue_names put it, it would not be found.
        if (const std::string place = spool_.path(queue, id); place != (*entry)->path()) {
            if (auto moved = spool_.move((*entry)->path(), place); !moved) return moved.error();
        }
        auto done = (this->*deed_of(outcome).perform)(id, queue);
        if (!done) return done.error();
        if (*done) ++counts_[outcome];
    }
}

Result<void> Messages::perform_listed(Operation operation) {
    for (std::string line; std::getline(std::cin, line);) {
        if (auto done = perform_one(operation, line); !done) return done;
    }
    return success();
}

Result<void> Messages::perform_one(Operation operation, std::string_view name) {
    const auto id = QueueId::parse(name);
    const auto may_be_in_a_name = [](char c) { return is_ascii_alnum(c) || c == '_'; };
    if (!id && (name.empty() || !std::ranges::all_of(name, may_be_in_a_name)))
        log_.warning("invalid mail queue id: {}", name);
    if (!id) return success();  // no message can have such a name
    for (Outcome outcome : outcomes_of(operation)) {
        if (auto done = attempt(outcome, *id); !done) return done;
    }
    return success();
}

/// In the first queue where the message is. It may just be on its way from one to another.
Result<void> Messages::attempt(Outcome outcome, const QueueId& id) {
    constexpr int rounds = 2;
    for (int round = 0; round < rounds; ++round) {
        for (Queue queue : queues_for(outcome)) {
            auto done = (this->*deed_of(outcome).perform)(id, queue);
            if (!done) return done.error();
            if (!*done) continue;
            ++counts_[outcome];
            log_.info("{}: {}", id.text(), deed_of(outcome).told);
            return success();
        }
    }
    return success();
}

/// The logs first: a message that comes later must not find those of another under its id.
Result<bool> Messages::remove(const QueueId& id, Queue queue) {
    auto status = spool_.status(queue, id);
    if (!status) return status.error();
    if (!*status || !S_ISREG((*status)->st_mode)) return false;
    for (Queue log : {Queue::defer, Queue::bounce, Queue::trace}) {
        if (auto removed = queue::remove_log(spool_, log, id); !removed) return removed;
    }
    return spool_.remove(queue, id);
}

Result<bool> Messages::requeue(const QueueId& id, Queue queue) {
    auto complete = is_complete(id, queue);
    if (!complete || !*complete) return complete;
    auto touched = spool_.set_next_attempt(queue, id, system_clock().wall());
    if (!touched || !*touched) return touched;
    return spool_.move(id, queue, Queue::maildrop);
}

Result<bool> Messages::expire(const QueueId& id, Queue queue) {
    auto status = spool_.status(queue, id);
    if (!status) return status.error();
    if (!*status || !S_ISREG((*status)->st_mode)) return false;
    const mode_t mode = (*status)->st_mode & ALLPERMS;
    if ((mode & S_IRWXU) != S_IRWXU || (mode & S_IXGRP) != 0) return false;
    const std::string path = spool_.path(queue, id);
    if (fchmodat(spool_.directory(), path.c_str(), mode | S_IXGRP, 0) == 0) return true;
    if (errno == ENOENT) return false;
    return system_error("change mode of " + path);
}

Result<bool> Messages::hold(const QueueId& id, Queue queue) {
    auto complete = is_complete(id, queue);
    if (!complete || !*complete) return complete;
    return spool_.move(id, queue, Queue::hold);
}

Result<bool> Messages::release(const QueueId& id, Queue queue) {
    auto complete = is_complete(id, queue);
    if (!complete || !*complete) return complete;
    return spool_.move(id, queue, Queue::deferred);
}

/// A file that cleanup is still writing is left to it.
Result<bool> Messages::is_complete(const QueueId& id, Queue queue) const {
    auto status = spool_.status(queue, id);
    if (!status) return status.error();
    return *status && S_ISREG((*status)->st_mode) && ((*status)->st_mode & S_IRWXU) == S_IRWXU;
}

void Messages::report() const {
    for (const auto& [outcome, count] : counts_)
        log_.info("{}: {} message{}", deed_of(outcome).counted, count, count == 1 ? "" : "s");
}

}  // namespace postern::postsuper
