// biff: tells users who are logged in of new mail, by way of comsat(8).
#pragma once

#include "lib/base/fd.h"

#include <sys/types.h>

#include <string>

namespace postern::local {

class Biff {
public:
    /// Without a socket (the system has no more) nobody is told.
    Biff();
    /// Sends "USER@OFFSET" and a zero byte in one UDP packet to the biff service (512) of this
    /// host: where in the user's mailbox the message begins. Nobody answers, and nobody is waited
    /// for.
    void notify(const std::string& user, off_t offset) const;

private:
    Fd socket_;
};

}  // namespace postern::local
