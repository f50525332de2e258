#include "lib/queue/spool.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace postern::queue {
namespace {

constexpr std::array<std::pair<Queue, std::string_view>, all_queues.size()> names = {{
    {Queue::maildrop, "maildrop"},
    {Queue::incoming, "incoming"},
    {Queue::active, "active"},
    {Queue::deferred, "deferred"},
    {Queue::hold, "hold"},
    {Queue::corrupt, "corrupt"},
    {Queue::defer, "defer"},
    {Queue::bounce, "bounce"},
    {Queue::trace, "trace"},
    {Queue::flush, "flush"},
    {Queue::saved, "saved"},
}};

constexpr mode_t folder_mode = 0700;
constexpr char missing_key_character = '_';

std::string hashed_path(Queue queue, int depth, std::string_view key, std::string_view name) {
    std::string path(name_of(queue));
    for (int level = 0; level < depth; ++level) {
        const auto at = static_cast<std::size_t>(level);
        path += '/';
        path += at < key.size() ? key[at] : missing_key_character;
    }
    return (path += '/').append(name);
}

}  // namespace

std::string_view name_of(Queue queue) {
    return names[static_cast<std::size_t>(queue)].second;
}

std::optional<Queue> queue_named(std::string_view name) {
    const auto found = std::ranges::find(names, name, &std::pair<Queue, std::string_view>::second);
    if (found == names.end()) return {};
    return found->first;
}

Spool::Spool(Fd directory, Layout layout) : directory_(std::move(directory)) {
    for (const std::string& name : layout.hash_queue_names) {
        if (const auto queue = queue_named(name)) depth_[index(*queue)] = layout.hash_queue_depth;
    }
}

Result<Spool> Spool::open(const std::string& queue_directory, Layout layout) {
    auto directory = postern::open_file(queue_directory, O_RDONLY | O_DIRECTORY);
    if (!directory) return directory.error();
    return Spool(std::move(*directory), std::move(layout));
}

std::string Spool::path(Queue queue, const QueueId& id) const {
    return hashed_path(queue, depth(queue), id.hash_key(), id.text());
}

std::string Spool::path(Queue queue, std::string_view name) const {
    if (const auto id = QueueId::parse(name)) return path(queue, *id);
    return hashed_path(queue, depth(queue), name, name);
}

Result<std::optional<struct stat>> Spool::status(Queue queue, const QueueId& id) const {
    return status(path(queue, id));
}

Result<std::optional<struct stat>> Spool::status(const std::string& path) const {
    struct stat status;
    if (fstatat(directory(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return status;
    if (errno == ENOENT) return std::optional<struct stat>();
    return system_error(path);
}

Result<std::optional<Fd>> Spool::open_file(Queue queue, const QueueId& id, int flags,
                                           mode_t mode) const {
    const std::string name = path(queue, id);
    flags |= O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;  // a FIFO must not hang us
    Fd file(openat(directory(), name.c_str(), flags, mode));
    if (!file && errno == ENOENT && (flags & O_CREAT) != 0) {
        if (auto made = make_folders(name); !made) return made.error();
        file = Fd(openat(directory(), name.c_str(), flags, mode));
    }
    if (file) return std::optional<Fd>(std::move(file));
    if (errno == ENOENT) return std::optional<Fd>();
    return system_error(name);
}

Result<bool> Spool::move(const QueueId& id, Queue from, Queue to) const {
    return move(path(from, id), path(to, id));
}

Result<bool> Spool::move(const std::string& from_path, const std::string& to_path) const {
    const auto rename_now = [&] {
        return renameat(directory(), from_path.c_str(), directory(), to_path.c_str()) == 0;
    };
    if (rename_now()) return true;
    if (errno == ENOENT) {
        if (auto made = make_folders(to_path); !made) return made.error();
        if (rename_now()) return true;
    }
    if (errno == ENOENT) return false;
    return system_error("rename " + from_path + " to " + to_path);
}

Result<bool> Spool::remove(Queue queue, const QueueId& id) const {
    return remove(path(queue, id));
}

Result<bool> Spool::remove(const std::string& path) const {
    if (unlinkat(directory(), path.c_str(), 0) == 0) return true;
    if (errno == ENOENT) return false;
    return system_error("remove " + path);
}

Result<bool> Spool::set_next_attempt(Queue queue, const QueueId& id, WallTime when) const {
    const std::string name = path(queue, id);
    const timespec moment = {.tv_sec = to_unix(when), .tv_nsec = 0};
    const std::array both = {moment, moment};
    if (utimensat(directory(), name.c_str(), both.data(), AT_SYMLINK_NOFOLLOW) == 0) return true;
    if (errno == ENOENT) return false;
    return system_error("set time of " + name);
}

Result<void> Spool::make_folders(const std::string& path) const {
    for (std::size_t slash = path.find('/'); slash != path.npos;
         slash = path.find('/', slash + 1)) {
        const std::string folder = path.substr(0, slash);
        if (mkdirat(directory(), folder.c_str(), folder_mode) != 0 && errno != EEXIST)
            return system_error("create folder " + folder);
    }
    return success();
}

}  // namespace postern::queue
