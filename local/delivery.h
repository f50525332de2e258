// Delivers one recipient of local(8), in this order: an alias, and what it stands for
// (local/aliases.cc, local/expansion.cc); the user's .forward file (local/forward.cc); another
// transport, a command or the mailbox of the user (local/mailbox.cc); what is done for strangers
// (local/strangers.cc). What it ends in is written by local/writing.h and local/command.h;
// addresses elsewhere are collected for local/resubmission.h.
#pragma once

#include "lib/delivery/job.h"
#include "local/post.h"
#include "local/resubmission.h"
#include "local/stop.h"
#include "local/target.h"
#include "local/writing.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace postern::local {

class Delivery {
public:
    /// All outlive it. `delivered_to`: the addresses of the Delivered-To fields of the message.
    Delivery(const Post& post, delivery::Job& job, std::size_t recipient,
             const std::vector<std::string>& delivered_to);

    /// Settles all that the recipient stands for, and completes it.
    Task<void> run();

private:
    Task<void> deliver_recipient(Stop stop);
    void split_localpart(Stop& stop) const;

    /// False: there is no such alias. Errors: a table that cannot tell; temporary.
    Task<Result<bool>> deliver_alias(Stop stop);
    Task<Result<bool>> expand_alias(std::string name, table::Maps::From found, Stop stop);
    Task<Result<std::optional<std::string>>> find_owner(std::string alias,
                                                        std::string domain) const;
    void report_expansion(const Stop& stop);

    Task<void> deliver_targets(std::vector<Target> targets, Stop stop, Origin origin);
    Task<void> deliver_include(std::string path, Stop stop);
    Task<void> deliver_address(std::string address, Stop from);

    Task<void> deliver_user(Stop stop);
    /// False: nothing is forwarded. Error: a file that cannot be read now; temporary.
    Task<Result<bool>> deliver_forward(Stop stop, User user);

    /// False: no transport but local(8) is for it. Error: a table that cannot tell.
    Task<Result<bool>> deliver_elsewhere(const table::Maps& maps, std::string otherwise, Stop stop);
    Task<void> pass_on(std::string transport, std::string nexthop, Stop stop);
    Task<void> deliver_mailbox(Stop stop, User user);
    Task<void> deliver_to_mailbox_file(Stop stop, User user);

    Task<void> deliver_stranger(Stop stop);

    Task<void> deliver_to_file(std::string path, Stop stop, Origin origin);
    Task<void> deliver_to_command(std::string command, Stop stop, Origin origin);

    Task<void> settle(const Stop& stop, delivery::Settlement settlement);
    Task<void> settle_table_trouble(const Stop& stop, const Error& error);
    Task<void> send_forwards();
    void forward(const Stop& stop);

    /// True once for each thing, as far as duplicate_filter_limit remembers.
    bool is_first(const std::string& what) {
        return seen_.size() >= post_.settings.duplicate_filter_limit || seen_.insert(what).second;
    }
    /// The same for lists, all of which are remembered: they are as many as somebody has written,
    /// and what they multiply to is not.
    bool is_first_expansion(const std::string& list) { return expanded_.insert(list).second; }
    /// What Delivered-To says of a delivery to that address: the recipient while it is frozen.
    const std::string& delivered_to(const std::string& address) const;
    Letter letter(const Stop& stop) const;

    const Post& post_;
    delivery::Job& job_;
    const std::size_t recipient_;
    const std::vector<std::string>& delivered_to_;
    bool is_expanded_ = false;  // it stands for others
    std::set<std::string> seen_, expanded_;
    Resubmission forwards_;
};

}  // namespace postern::local
