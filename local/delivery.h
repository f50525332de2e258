// Delivers one recipient of local(8): aliases, .forward files, and in the end mailboxes, files,
// commands, and addresses elsewhere.
#pragma once

#include "lib/delivery/job.h"
#include "lib/event/loop.h"
#include "lib/service/client.h"
#include "lib/service/tables.h"
#include "local/settings.h"
#include "local/target.h"
#include "local/user.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace postern::local {

/// What is the same for all deliveries. References outlive them.
struct Post {
    const Settings& settings;
    const config::Config& config;
    event::Loop& loop;
    const Log& log;
    service::Client& rewrite;
    service::Client& cleanup;
    const std::string service_name;  ///< the transport that we are
    table::Maps aliases, mailbox_command_maps, mailbox_transport_maps, fallback_transport_maps;
};

class Delivery {
public:
    Delivery(const Post& post, delivery::Job& job, std::size_t recipient,
             const std::vector<std::string>& delivered_to);

    /// Settles all that the recipient stands for, and completes it.
    Task<void> run();

private:
    /// One stop on the way from the recipient to mailboxes.
    struct Stop {
        std::string address;          ///< whole, internal form
        std::string user, extension;  ///< of its local part, without the delimiter
        std::string sender;           ///< the owner of a list stands in for the sender
        std::size_t depth = 0;
        std::set<std::string> aliases;  ///< being expanded: such a name means the user
        std::optional<User> run_as;     ///< whose rights files and commands have; nothing: default
        std::string alias;              ///< the one whose members are delivered to
        bool skips_alias = false, skips_forward = false;
        bool resubmits = false;  ///< of a list with an owner, or from a file: a member gets
                                 ///< a message of its own, whose bounce goes to the owner
    };

    Task<void> deliver_address(std::string address, Stop from);
    Task<void> deliver_recipient(Stop stop);
    Task<Result<bool>> deliver_alias(Stop stop);
    void report_expansion(const Stop& stop);
    Task<void> deliver_user(Stop stop);
    Task<Result<bool>> deliver_forward(Stop stop, User user);
    Task<void> deliver_targets(std::vector<Target> targets, Stop stop, Origin origin);
    Task<void> deliver_include(std::string path, Stop stop, Origin origin);
    Task<void> deliver_mailbox(Stop stop, User user);
    Task<void> unknown_user(Stop stop);
    Task<bool> pass_on(std::string transport, Stop stop);
    void to_command(const std::string& command, const Stop& stop, Origin origin,
                    const std::optional<User>& user);
    void run_command(const std::string& command, const Stop& stop, const std::optional<User>& user);
    Result<void> write_maildir(const std::string& path, std::string fields,
                               const service::Identity& owner);
    Result<void> write_mbox(const std::string& path, const Stop& stop, std::string fields,
                            const service::Identity& owner, const delivery::MboxSettings& settings);
    void settle_written(const Stop& stop, const Result<void>& done, std::string delivered,
                        std::string_view failed);
    void to_file(const std::string& path, const Stop& stop, Origin origin);
    void to_mbox(const std::string& path, const Stop& stop, const User& user, bool in_spool);
    void to_maildir(const std::string& path, const Stop& stop, const User& user);
    Task<void> send_forwards();
    Task<Result<std::string>> submit(std::string sender, std::vector<std::string> addresses);

    Task<Result<std::optional<std::string>>> find_alias(std::string name) const;
    std::string head(const Stop& stop, bool has_delivered_to) const;
    std::vector<std::string> environment(const Stop& stop, const std::optional<User>& user) const;
    std::string expand_path(std::string_view path, const Stop& stop, const User& user) const;
    void split_localpart(Stop& stop) const;
    bool is_first(const std::string& what) {
        return seen_.size() >= post_.settings.duplicate_filter_limit || seen_.insert(what).second;
    }
    void settle(const Stop& stop, service::Outcome outcome, mail::StatusCode status,
                std::string text);

    const Post& post_;
    delivery::Job& job_;
    const std::size_t recipient_;
    const std::vector<std::string>& delivered_to_;
    bool is_expanded_ = false;  // an alias stands for others
    std::set<std::string> seen_;
    std::map<std::string, std::vector<std::string>> forwards_;  // addresses elsewhere, by sender
};

}  // namespace postern::local
