// Learns that a file was changed or replaced (inotify(7)), without looking at it again and again.
#pragma once

#include "lib/event/loop.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace postern::service {

/// Watches files by their folders, so that a rename over the file counts too. `changed` is called
/// before anything else of the turn in which a change became known: a connection that comes after
/// the change finds the process retired.
class FileWatcher {
public:
    FileWatcher(event::Loop& loop, std::function<void()> changed);

    /// Before the chroot. A folder that cannot be watched is passed over: such a file is reread
    /// at the next reload. False when any was.
    bool watch(const std::vector<std::string>& files);

private:
    void read_changes();

    event::Loop& loop_;
    std::function<void()> changed_;
    Fd inotify_;
    event::EventHandle event_;
    std::map<int, std::set<std::string, std::less<>>> names_;   // by folder
};

}  // namespace postern::service
