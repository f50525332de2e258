// smtpd -S, which is `sendmail -bs`: one session on standard input and output, for whoever runs the
// command.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/result.h"
#include "lib/config/config.h"
#include "smtpd/house.h"

namespace postern::smtpd {

/// Whether the command line has -S.
bool is_stand_alone(int argc, char** argv);

/// Standard input and output as one socket. The caller goes on in a child; the process that was
/// started copies between the socket and its files, whatever they are, until the child ends, and
/// ends with its exit status. To be called before there are threads.
Result<Fd> standard_files_as_socket();

/// The mail owner can ask the other services; everybody else's mail goes to postdrop, which takes
/// what they may send.
StandAlone stand_alone_for_caller(const config::Config& config);

}  // namespace postern::smtpd
