// The files that postcat is to print: by name, by queue id, or standard input.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/result.h"
#include "lib/queue/spool.h"

#include <string>

namespace postern::postcat {

struct NamedFile {
    std::string name;   ///< as it is shown
    Fd file;
};

Result<NamedFile> open_by_name(const std::string& name);
/// Looks through the queues. Error: no id, or in no queue.
Result<NamedFile> open_in_queue(const queue::Spool& spool, const std::string& id);
/// A pipe is copied, since printing goes back and forth.
Result<NamedFile> standard_input();

}  // namespace postern::postcat
