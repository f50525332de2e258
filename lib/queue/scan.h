// A walk through a queue of any size, a piece at a time.
#pragma once

#include "lib/base/result.h"
#include "lib/queue/spool.h"

#include <dirent.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::queue {

/// What lies in a queue: a name, and where it was found.
struct ScanEntry {
    std::string name;
    std::string folder;         ///< "deferred/8"
    std::optional<QueueId> id;  ///< nothing: not named like a message
    ino_t inode = 0;            ///< as its folder has it; stacked file systems may have another

    std::string path() const { return folder + "/" + name; }
};

/// Gives the files of one queue in no order, from whatever depth of hash folders they lie in,
/// without reading a folder whole: memory is that of the depth. Files that come or go meanwhile
/// may or may not be met. Names that begin with a dot are passed over. `spool` outlives the scan.
class QueueScan {
public:
    QueueScan(const Spool& spool, Queue queue);

    /// Nothing at the end. Error: a folder that cannot be read, by name; the scan may go on.
    Result<std::optional<ScanEntry>> next();

private:
    struct CloseFolder {
        void operator()(DIR* folder) const { closedir(folder); }
    };
    struct Folder {
        std::unique_ptr<DIR, CloseFolder> handle;
        std::string path;
    };

    Result<void> enter(const std::string& path);
    bool is_hash_folder(const dirent& entry, const std::string& path) const;
    static ScanEntry make_entry(const std::string& folder, const dirent& found);

    const Spool* spool_;
    std::vector<Folder> open_;
    std::optional<std::string> to_enter_;
};

}  // namespace postern::queue
