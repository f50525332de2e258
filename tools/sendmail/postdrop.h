// postdrop(1) at work for us, at the other end of a pipe.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/result.h"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace postern::sendmail {

class Postdrop {
public:
    /// Starts `path`. Error: it cannot be started.
    static Result<Postdrop> start(const std::string& path);

    /// Records, whole ones or parts. What it does not want to read any more is dropped: finish()
    /// tells why.
    void send(std::string_view records);
    /// Waits for its end. Error: it did not take the message; it has said why on standard error.
    Result<void> finish();

private:
    Postdrop(pid_t process, Fd input, Fd output);
    Result<std::string> read_answer();

    pid_t process_;
    Fd input_, output_;
    bool is_broken_ = false;
};

}  // namespace postern::sendmail
