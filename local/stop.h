// One stop on the way from a recipient to mailboxes.
#pragma once

#include "local/user.h"

#include <cstddef>
#include <optional>
#include <set>
#include <string>

namespace postern::local {

struct Stop {
    std::string address;                     ///< whole, internal form
    std::string user, extension, delimiter;  ///< of its local part; the user in lower case
    std::string via;                         ///< the address that named this one; "": the queue
    std::string unmatched;                   ///< of the extension: what goes along to what it names
    std::string sender;                      ///< the owner of a list stands in for the sender
    std::size_t depth = 0;                   ///< aliases and files on the way to here
    std::set<std::string> aliases;           ///< being expanded: such a name again is a loop
    std::string alias;                       ///< the last of them; within it, it means the user
    std::optional<User> run_as;  ///< whose rights files and commands have; nothing: default_privs
    std::string forwarder;       ///< whose .forward file named this address: within it, the mailbox
    /// Named by a list with an owner or by a file: a user gets a message of the user's own, whose
    /// troubles are not those of the others.
    bool resubmits = false;
    bool has_owner = false;  ///< the sender is the owner of a list
};

}  // namespace postern::local
