// Messages into files of users: mailboxes, Maildirs, and the files that aliases and .forward name.
#pragma once

#include "lib/delivery/job.h"
#include "local/post.h"
#include "local/stop.h"

#include <string>

namespace postern::local {

/// A message on its way to one end. Lives for the call that it is passed to, which is awaited.
struct Letter {
    const delivery::Job& job;
    const service::DeliveryRecipient& recipient;  ///< as the queue has it
    const Stop& stop;
    const std::string& delivered_to;  ///< what Delivered-To says
};

/// The fields before the content; Delivered-To where prepend_delivered_header has it.
std::string head_of(const Letter& letter, const Settings& settings, bool has_delivered_to);

enum class Folder { home, spool };

/// Each writes with the rights of `user`, and says what came of it; a probe only says what would
/// be done.
Task<delivery::Settlement> to_mailbox(const Post& post, Letter letter, std::string path, User user,
                                      Folder folder);
Task<delivery::Settlement> to_maildir(const Post& post, Letter letter, std::string path, User user);
Task<delivery::Settlement> to_file(const Post& post, Letter letter, std::string path, User user);

}  // namespace postern::local
