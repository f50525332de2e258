// Syncing marks; see the header.
#include "qmgr/mark_sync.h"

#include "lib/queue/queue_file.h"

#include <memory>
#include <utility>

namespace postern::qmgr {

namespace {

constexpr seconds batch_time{1};

}  // namespace

void MarkSync::note(const queue::QueueId& id) {
    if (noted_.empty()) tasks_.spawn(sync_later());
    noted_.insert(id);
}

Task<void> MarkSync::sync_later() {
    co_await event::Sleep(loop_, loop_.in(batch_time));
    for (const queue::QueueId& id : std::exchange(noted_, {}))
        tasks_.spawn(sync(id));  // side by side: the journal commits them together
}

Task<void> MarkSync::sync(queue::QueueId id) {
    auto opened = queue::QueueFile::open(spool_, queue::Queue::active, id,
                                         queue::QueueFile::Access::mark);
    if (!opened) co_return log_.warning("{}", opened.error().text);
    if (!opened->file) co_return;  // delivered to all meanwhile, and removed
    // Shared with the job, which may outlive this wait.
    auto file = std::make_shared<queue::QueueFile>(std::move(*opened->file));
    auto synced = co_await disk_.offload([file] { return file->sync(); });
    if (!synced) log_.warning("{}", synced.error().text);
}

}  // namespace postern::qmgr
