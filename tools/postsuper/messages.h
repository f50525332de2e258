// Operations on single messages, and on all that a queue holds.
#pragma once

#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/queue/spool.h"
#include "tools/postsuper/options.h"

#include <map>
#include <string_view>
#include <vector>

namespace postern::postsuper {

/// Does requests and counts what was done. The mail system may be running meanwhile: each step is
/// one that it is prepared for.
class Messages {
public:
    /// `queues`: those that the command line names, or none. `spool` outlives it.
    Messages(const queue::Spool& spool, std::vector<queue::Queue> queues, Log log);

    /// Error: a file could not be changed (other than: it is gone); the rest was not done.
    Result<void> perform(const Request& request);

    /// "Deleted: 1 message", a line for each operation that was asked for.
    void report() const;

private:
    /// What is counted, in the order of the report.
    enum class Outcome { requeued, removed, expired, held, released };

    Result<void> perform_all(Operation operation);
    Result<void> perform_in(queue::Queue queue, Outcome outcome);
    Result<void> perform_listed(Operation operation);
    Result<void> perform_one(Operation operation, std::string_view name);

    Result<bool> remove(const queue::QueueId& id, queue::Queue queue);
    Result<bool> requeue(const queue::QueueId& id, queue::Queue queue);
    Result<bool> expire(const queue::QueueId& id, queue::Queue queue);
    Result<bool> hold(const queue::QueueId& id, queue::Queue queue);
    Result<bool> release(const queue::QueueId& id, queue::Queue queue);

    Result<bool> is_complete(const queue::QueueId& id, queue::Queue queue) const;
    std::vector<queue::Queue> queues_for(Outcome outcome) const;
    Result<void> attempt(Outcome outcome, const queue::QueueId& id);
    static std::vector<Outcome> outcomes_of(Operation operation);

    struct Deed;
    static const Deed& deed_of(Outcome outcome);

    const queue::Spool& spool_;
    std::vector<queue::Queue> queues_;
    Log log_;
    std::map<Outcome, int> counts_;
};

}  // namespace postern::postsuper
