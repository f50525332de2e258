// Learns that a file was changed or replaced: from the kernel (inotify(7)), or, where that has no more
// to give, by looking at it each second.
#pragma once

#include "lib/event/loop.h"

#include <sys/stat.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace postern::service {

/// Watches files by their folders, so that a rename over the file counts too. `changed` is called
/// before anything else of the turn in which a change became known: a connection that comes after
/// the change finds the process retired. Who looks learns of it within `look_again`.
class FileWatcher : private event::Timer {
public:
    /// Inotify is asked for when there is a file to watch: of its instances a user has 128 by
    /// default (fs.inotify.max_user_instances), and root's serve all mail systems of the machine.
    enum class By { notices, looking };
    static constexpr seconds look_again{1};

    FileWatcher(event::Loop& loop, std::function<void()> changed, By means = By::notices);

    /// Before the chroot. A folder that cannot be opened is passed over: such a file is reread
    /// at the next reload. False when any was.
    bool watch(const std::vector<std::string>& files);

private:
    /// A file that is looked at, in its folder of before the chroot.
    struct Look {
        Fd folder;
        std::string name;
        std::optional<struct stat> seen;
    };

    bool is_notified_of(const std::string& folder, const std::string& name);
    bool look_at(const std::string& folder, const std::string& name);
    void begin_notices();
    void read_changes();
    void expired() override;

    event::Loop& loop_;
    std::function<void()> changed_;
    By means_;
    Fd inotify_;
    event::EventHandle event_;
    std::map<int, std::set<std::string, std::less<>>> names_;   // by folder
    std::vector<Look> looks_;
};

}  // namespace postern::service
