// The spool: the folders below queue_directory in which messages and their logs wait.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/result.h"
#include "lib/queue/queue_id.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::queue {

/// The folders of the spool. Messages lie in the first six, logs in the next four, named like the
/// message that they are about (flush: like a destination).
enum class Queue {
    maildrop,
    incoming,
    active,
    deferred,
    hold,
    corrupt,  // messages
    defer,
    bounce,
    trace,
    flush,
    saved,
};

inline constexpr std::array all_queues = {
    Queue::maildrop, Queue::incoming, Queue::active, Queue::deferred, Queue::hold,  Queue::corrupt,
    Queue::defer,    Queue::bounce,   Queue::trace,  Queue::flush,    Queue::saved,
};

/// "incoming"
std::string_view name_of(Queue queue);
std::optional<Queue> queue_named(std::string_view name);

/// How the folders are divided: hash_queue_names and hash_queue_depth.
struct Layout {
    std::vector<std::string> hash_queue_names = {"deferred", "defer"};
    int hash_queue_depth = 1;
};

/// The spool, by a descriptor of queue_directory. All paths are relative to it. Nothing here waits
/// for anything but the file system; who must not, calls through event::offload.
class Spool {
public:
    /// Errors: system errors naming `queue_directory`. "." is right in a daemon, whose working
    /// directory is the queue directory, chrooted or not.
    static Result<Spool> open(const std::string& queue_directory, Layout layout);

    int directory() const noexcept { return directory_.get(); }
    /// hash_queue_depth where the queue is divided, otherwise 0.
    int depth(Queue queue) const noexcept { return depth_[index(queue)]; }

    /// "deferred/8/86D14A72165"; for flush, and for files whose name is no id, by name.
    std::string path(Queue queue, const QueueId& id) const;
    std::string path(Queue queue, std::string_view name) const;

    /// Nothing when there is no such file. The link itself, not what it points to.
    Result<std::optional<struct stat>> status(Queue queue, const QueueId& id) const;
    Result<std::optional<struct stat>> status(const std::string& path) const;

    /// open(2) with O_NOFOLLOW, O_NONBLOCK and O_CLOEXEC; nothing when there is no such file. With
    /// O_CREAT missing hash folders are made.
    Result<std::optional<Fd>> open_file(Queue queue, const QueueId& id, int flags,
                                        mode_t mode = 0600) const;

    /// Renames a file, and makes hash folders as they are needed. False when there is no such
    /// file (any more). An existing file of the name in `to` is replaced.
    Result<bool> move(const QueueId& id, Queue from, Queue to) const;
    Result<bool> move(const std::string& from_path, const std::string& to_path) const;

    /// False when there was no such file.
    Result<bool> remove(Queue queue, const QueueId& id) const;
    Result<bool> remove(const std::string& path) const;

    /// When qmgr looks at the file next: modification and access time (both the same).
    Result<bool> set_next_attempt(Queue queue, const QueueId& id, WallTime when) const;

    /// The hash folders above `path`, mode 0700.
    Result<void> make_folders(const std::string& path) const;

private:
    static constexpr std::size_t index(Queue queue) { return static_cast<std::size_t>(queue); }

    Spool(Fd directory, Layout layout);

    Fd directory_;
    std::array<int, all_queues.size()> depth_{};
};

}  // namespace postern::queue
