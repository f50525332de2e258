#include "tools/postsuper/structure.h"

#include "lib/base/strings.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace postern::postsuper {

using queue::Queue;
using queue::QueueId;
using queue::ScanEntry;

namespace {

constexpr std::string_view suffix = "#FIX";
constexpr std::chrono::days longest_unfinished{7};

/// What is named after the inode, and what is named after that.
const std::vector<Queue> message_queues = {Queue::maildrop, Queue::incoming, Queue::active,
                                           Queue::deferred, Queue::hold};
/// Where files are written; others get those that are complete.
const std::vector<Queue> written_queues = {Queue::maildrop, Queue::incoming, Queue::hold};
const std::vector<Queue> log_queues = {Queue::defer, Queue::bounce, Queue::trace};
const std::vector<Queue> checked_queues = {Queue::defer,    Queue::bounce, Queue::maildrop,
                                           Queue::incoming, Queue::active, Queue::deferred,
                                           Queue::hold,     Queue::trace};

bool is_among(const std::vector<Queue>& queues, Queue queue) {
    return std::ranges::find(queues, queue) != queues.end();
}

bool has_suffix(const ScanEntry& entry) { return entry.name.ends_with(suffix); }

/// Which its name says, with or without the suffix.
std::optional<QueueId> id_of(const ScanEntry& entry) {
    if (entry.id || !has_suffix(entry)) return entry.id;
    std::string_view name = entry.name;
    name.remove_suffix(suffix.size());
    auto id = QueueId::parse(name);
    return id ? std::optional(std::move(*id)) : std::nullopt;
}

}  // namespace

Structure::Structure(const queue::Spool& spool, StructureSettings settings, Log log)
    : spool_(spool), settings_(std::move(settings)), log_(log) {}

std::vector<Queue> Structure::chosen(std::vector<Queue> queues) const {
    if (!settings_.queues.empty())
        std::erase_if(queues, [&](Queue queue) { return !is_among(settings_.queues, queue); });
    return queues;
}

Result<void> Structure::repair() {
    for (Queue queue : chosen(checked_queues)) {
        log_.verbose(1, "queue: {}", name_of(queue));
        auto matched = for_each_file(queue, [&](const ScanEntry& entry) {
            return is_among(log_queues, queue) ? put_in_place(queue, entry)
                                               : match_inode(queue, entry);
        });
        if (!matched) return matched;
    }
    if (!has_suffixes_) return success();
    for (Queue queue : checked_queues) {  // logs, too, that followed a message of a chosen queue
        auto dropped =
            for_each_file(queue, [&](const ScanEntry& entry) { return drop_suffix(queue, entry); });
        if (!dropped) return dropped;
    }
    return success();
}

Result<void> Structure::remove_needless_folders() {
    for (Queue queue : chosen(checked_queues)) {
        if (auto purged = purge_folders(queue, std::string(name_of(queue)), 0); !purged)
            return purged;
    }
    return success();
}

template <class Visit>
Result<void> Structure::for_each_file(Queue queue, Visit visit) {
    queue::QueueScan scan(spool_, queue);
    for (;;) {
        auto entry = scan.next();
        if (!entry) return entry.error();
        if (!*entry) return success();
        if (auto visited = visit(**entry); !visited) return visited;
    }
}

Result<void> Structure::match_inode(Queue queue, const ScanEntry& entry) {
    const auto old_id = id_of(entry);
    if (!old_id) {
        warn_of_name(entry);
        return success();
    }
    // The usual case costs no look at the file.
    if (id_for_inode(*old_id, entry.inode) == *old_id) return put_in_place(queue, entry);
    auto status = spool_.status(entry.path());
    if (!status) return status.error();
    if (!*status || !S_ISREG((*status)->st_mode)) return success();
    const QueueId id = id_for_inode(*old_id, (*status)->st_ino);
    if (id == *old_id) return put_in_place(queue, entry);
    for (Queue log : log_queues) {
        const std::string log_path = spool_.path(log, *old_id);
        auto renamed = rename(log_path, spool_.path(log, id).append(suffix));
        if (!renamed) return renamed.error();
    }
    has_suffixes_ = true;
    auto renamed = rename(entry.path(), spool_.path(queue, id).append(suffix));
    if (!renamed) return renamed.error();
    if (*renamed) ++renamed_;
    return success();
}

QueueId Structure::id_for_inode(const QueueId& id, ino_t inode) const {
    if (settings_.enable_long_queue_ids && id.is_long())
        return settings_.check_long_names ? QueueId::make_long(*id.arrival(), inode) : id;
    return QueueId::make_short(WallTime(id.arrival_microseconds()), inode);
}

/// Into the folder that hash_queue_names and hash_queue_depth give it.
Result<void> Structure::put_in_place(Queue queue, const ScanEntry& entry) {
    const auto id = id_of(entry);
    if (!id) {
        warn_of_name(entry);
        return success();
    }
    std::string path = spool_.path(queue, *id);
    if (has_suffix(entry)) {
        has_suffixes_ = true;
        path += suffix;
    }
    if (path == entry.path()) return success();
    auto renamed = rename(entry.path(), path);
    return renamed ? success() : Result<void>(renamed.error());
}

Result<void> Structure::drop_suffix(Queue queue, const ScanEntry& entry) {
    const auto id = id_of(entry);
    if (!id || !has_suffix(entry)) return success();
    auto renamed = rename(entry.path(), spool_.path(queue, *id));
    return renamed ? success() : Result<void>(renamed.error());
}

Result<bool> Structure::rename(const std::string& from, const std::string& to) {
    auto moved = spool_.move(from, to);
    if (moved && *moved) log_.verbose(1, "renamed file {} as {}", from, to);
    return moved;
}

void Structure::warn_of_name(const ScanEntry& entry) const {
    log_.warning("bogus file name: {}", entry.path());
}

Result<void> Structure::purge(WallTime now) {
    for (Queue queue : chosen(written_queues)) {
        auto purged =
            for_each_file(queue, [&](const ScanEntry& entry) { return purge_file(entry, now); });
        if (!purged) return purged;
    }
    return success();
}

Result<void> Structure::purge_file(const ScanEntry& entry, WallTime now) {
    auto status = spool_.status(entry.path());
    if (!status) return status.error();
    if (!*status || !S_ISREG((*status)->st_mode)) return success();
    const bool is_complete = ((*status)->st_mode & S_IRWXU) == S_IRWXU;
    if (is_complete || from_unix((*status)->st_mtim.tv_sec) > now - longest_unfinished)
        return success();
    auto removed = spool_.remove(entry.path());
    if (!removed) return removed.error();
    log_.verbose(1, "removed file {}", entry.path());
    return success();
}

/// Removes empty hash folders that are deeper than the queue is divided. A folder that has no names
/// but its own and its "." has no folders in it, each of which would have a "..".
Result<void> Structure::purge_folders(Queue queue, const std::string& path, int depth) {
    std::error_code error;
    if (std::filesystem::hard_link_count(path, error) == 2) return success();
    std::vector<std::string> folders;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
        if (entry.is_directory(error) && !entry.is_symlink(error)) folders.push_back(entry.path());
    }
    for (const std::string& folder : folders) {
        if (auto purged = purge_folders(queue, folder, depth + 1); !purged) return purged;
        if (depth < spool_.depth(queue)) continue;
        if (!std::filesystem::is_empty(folder, error) || error) continue;
        if (!std::filesystem::remove(folder, error))
            return system_error("remove directory " + folder, error.value());
    }
    return success();
}

}  // namespace postern::postsuper
