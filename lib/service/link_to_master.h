// The child's end of the socket that master gives it (master_link.h).
#pragma once

#include "lib/base/fd.h"
#include "lib/event/loop.h"
#include "lib/service/master_link.h"

#include <functional>

namespace postern::service {

class LinkToMaster {
public:
    /// Whether master started this process; somebody may have done so by hand.
    static bool exists();

    /// Calls `obey` for each order, and `is_gone` once, when master is gone.
    LinkToMaster(event::Loop& loop, std::function<void(const MasterOrder&)> obey,
                 std::function<void()> is_gone);
    LinkToMaster(const LinkToMaster&) = delete;

    void send(const ChildStatus& status) const;

private:
    void read();

    std::function<void(const MasterOrder&)> obey_;
    std::function<void()> is_gone_;
    Fd socket_;
    event::EventHandle event_;   // ends before the socket does
};

}  // namespace postern::service
