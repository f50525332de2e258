// postdrop(1) at work for a command that has no rights of its own, at the other end of a pipe.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/result.h"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace postern::service {

class Postdrop {
public:
    /// Starts `path`. Error: it cannot be started.
    static Result<Postdrop> start(const std::string& path);

    /// The queue id, which is its first word. Error: there is none, and finish() tells why.
    Result<std::string> queue_id();
    /// Records, whole ones or parts. What it does not want to read any more is dropped: finish()
    /// tells why.
    void send(std::string_view records);
    /// Waits for its end. Error: it did not take the message; it has said why on standard error.
    Result<void> finish();

private:
    Postdrop(pid_t process, Fd input, Fd output);
    Result<bool> read_more();

    pid_t process_;
    Fd input_, output_;
    std::string answer_;
    bool is_broken_ = false;
};

}  // namespace postern::service
