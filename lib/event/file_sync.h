// Makes files durable, many side by side, without a thread for each.
#pragma once

#include "lib/base/result.h"
#include "lib/event/aio_queue.h"
#include "lib/event/pool.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace postern::event {

/// fsync(2) for coroutines. The files of a turn go to the kernel with one call at its end. Its own
/// threads sync them side by side, so that the journal commits them together, and those that are
/// done come back with one wake-up. A file that the kernel does not take this way (AioQueue::open;
/// Linux before 4.18) is a job of the pool.
class FileSync : private TurnEnd {
public:
    /// `at_once`: files with the kernel, further ones wait in the loop. Loop and pool outlive it.
    FileSync(Loop& loop, Pool& pool, std::size_t at_once = 128);
    FileSync(const FileSync&) = delete;

    /// Content and status of the open file `fd` are on disk when this is done. Error: of the system,
    /// "sync NAME: ..."; a failed sync is not to be tried again, since the kernel may have dropped
    /// what it could not write. The file may be closed when the wait is over or was ended.
    Task<Result<void>> sync(int fd, std::string name);

private:
    class Request;

    bool has_queue();
    void at_turn_end() override;
    AioQueue::Sync give_number(Request& request);
    void settle(std::uint64_t number, std::optional<int> error);
    void take_results();

    Loop& loop_;
    Pool& pool_;
    const std::size_t at_once_;
    bool has_asked_for_queue_ = false;
    LinkedList<Request> waiting_;       // for the end of the turn, or for a number
    std::vector<Request*> with_kernel_; // by number; null: nobody waits for it any more
    std::vector<std::uint64_t> free_numbers_;
    std::unique_ptr<AioQueue> queue_;
    EventHandle results_event_;
};

}  // namespace postern::event
