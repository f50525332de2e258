// The structure of the queue: files have the names that their inodes give them, lie in the folders
// that their names give them, and nothing is left over from crashes.
#pragma once

#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/queue/scan.h"
#include "lib/queue/spool.h"

#include <string>
#include <vector>

namespace postern::postsuper {

struct StructureSettings {
    bool enable_long_queue_ids = false;
    bool check_long_names = false;     ///< -S
    std::vector<queue::Queue> queues{};  ///< empty: all
};

/// Checks and repairs while the mail system is down. The working directory is the queue directory.
///
/// A message is renamed in two steps, first to "ID#FIX", and when all have been, without it: its
/// new name may be the old one of another. After a crash in between the next run goes on.
class Structure {
public:
    /// `spool` outlives it.
    Structure(const queue::Spool& spool, StructureSettings settings, Log log);

    /// -s. Error: a file that cannot be moved; the queue is to be fixed again.
    Result<void> repair();
    /// -p: files that nobody finished writing within a week.
    Result<void> purge(WallTime now);
    /// Of either, at the end: empty hash folders of another depth.
    Result<void> remove_needless_folders();

    int renamed() const noexcept { return renamed_; }

private:
    std::vector<queue::Queue> chosen(std::vector<queue::Queue> queues) const;
    template <class Visit>
    Result<void> for_each_file(queue::Queue queue, Visit visit);
    Result<void> match_inode(queue::Queue queue, const queue::ScanEntry& entry);
    Result<void> put_in_place(queue::Queue queue, const queue::ScanEntry& entry);
    Result<void> drop_suffix(queue::Queue queue, const queue::ScanEntry& entry);
    queue::QueueId id_for_inode(const queue::QueueId& id, ino_t inode) const;
    Result<bool> rename(const std::string& from, const std::string& to);
    void warn_of_name(const queue::ScanEntry& entry) const;
    Result<void> purge_file(const queue::ScanEntry& entry, WallTime now);
    Result<void> purge_folders(queue::Queue queue, const std::string& path, int depth);

    const queue::Spool& spool_;
    StructureSettings settings_;
    Log log_;
    int renamed_ = 0;
    bool has_suffixes_ = false;   // files are on their way to their new names
};

}  // namespace postern::postsuper
