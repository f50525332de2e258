// Where a message ends: mailboxes, files, commands, and new messages for other systems.
#include "lib/base/strings.h"
#include "lib/config/environment.h"
#include "lib/config/expansion.h"
#include "lib/delivery/command.h"
#include "lib/delivery/copy.h"
#include "lib/delivery/maildir.h"
#include "lib/mail/address.h"
#include "lib/queue/record.h"
#include "lib/service/cleanup.h"
#include "local/delivery.h"

#include <fmt/format.h>
#include <unistd.h>

namespace postern::local {

using service::Outcome;

namespace {

constexpr std::size_t piece_size = 60000;

std::string without(std::string text, std::string_view allowed) {
    for (char& c : text)
        if (allowed.find(c) == allowed.npos) c = '_';
    return text;
}

}  // namespace

std::string Delivery::expand_path(std::string_view path, const Stop& stop, const User& user) const {
    const auto parts = mail::split_address(stop.address);
    const std::string& original = stop.extension;
    bool is_usable = true;
    auto lookup = [&](std::string_view name) -> std::optional<std::string> {
        if (name == "home") return user.home;
        if (name == "shell") return user.shell;
        if (name == "user") return stop.user;
        if (name == "local")
            return without(std::string(parts.localpart), post_.settings.forward_filter);
        if (name == "domain")
            return without(std::string(parts.domain), post_.settings.forward_filter);
        if (name == "recipient") return without(stop.address, post_.settings.forward_filter);
        if (name == "extension") {
            if (original.empty()) is_usable = false;
            return without(original, post_.settings.forward_filter);
        }
        if (name == "recipient_delimiter") return post_.settings.recipient_delimiter.substr(0, 1);
        return std::nullopt;
    };
    // "${recipient_delimiter}${extension}" without an extension is no path of its own.
    auto expanded = config::expand(path, lookup);
    if (!expanded) post_.log.warning("{}: {}", path, expanded.error().text);
    if (!expanded || (!is_usable && path.find("extension?") == path.npos)) return {};
    return *expanded;
}

std::string Delivery::head(const Stop& stop, bool has_delivered_to) const {
    return delivery::delivery_fields(stop.sender, job_.request().recipients[recipient_].original,
                                     !has_delivered_to ? ""
                                     : post_.settings.frozen_delivered_to
                                         ? job_.request().recipients[recipient_].address
                                         : stop.address);
}

Task<void> Delivery::deliver_mailbox(Stop stop, User user) {
    if (!is_first("mailbox:" + user.name)) co_return;
    auto command = co_await post_.mailbox_command_maps.find(stop.user);
    if (!command)
        co_return settle(stop, Outcome::deferred, {4, 3, 0}, "mailbox_command_maps lookup error");
    if (*command) co_return run_command(**command, stop, user);
    if (!post_.settings.mailbox_command.empty())
        co_return run_command(post_.settings.mailbox_command, stop, user);
    if (!post_.settings.home_mailbox.empty()) {
        const std::string path = user.home + "/" + post_.settings.home_mailbox;
        if (path.ends_with('/')) co_return to_maildir(path, stop, user);
        co_return to_mbox(path, stop, user, false);
    }
    const std::string& spool = post_.settings.mail_spool_directory;
    if (spool.ends_with('/')) co_return to_maildir(spool + stop.user + "/", stop, user);
    to_mbox(spool + "/" + stop.user, stop, user, true);
}

Result<void> Delivery::write_maildir(const std::string& path, std::string fields,
                                     const service::Identity& owner) {
    std::optional<service::ActingAs> acting;
    if (::getuid() == 0) acting.emplace(owner);
    const delivery::Maildir maildir{path.substr(0, path.size() - 1), post_.settings.myhostname,
                                    true};
    return delivery::deliver_to_maildir(maildir, std::move(fields), job_.content(),
                                        post_.loop.clock().wall());
}

Result<void> Delivery::write_mbox(const std::string& path, const Stop& stop, std::string fields,
                                  const service::Identity& owner,
                                  const delivery::MboxSettings& settings) {
    std::optional<service::ActingAs> acting;
    if (::getuid() == 0) acting.emplace(owner);
    return delivery::append_to_mbox(path, stop.sender, std::move(fields), job_.content(), settings,
                                    post_.loop.clock().wall(), post_.log);
}

void Delivery::settle_written(const Stop& stop, const Result<void>& done, std::string delivered,
                              std::string_view failed) {
    if (done) return settle(stop, Outcome::delivered, {2, 0, 0}, std::move(delivered));
    const mail::StatusCode status = delivery::mailbox_status(done.error());
    settle(stop, status.is_permanent() ? Outcome::bounced : Outcome::deferred, status,
           fmt::format("{}{}", failed, done.error().text));
}

void Delivery::to_maildir(const std::string& path, const Stop& stop, const User& user) {
    if (job_.request().for_verification)
        return settle(stop, Outcome::delivered, {2, 0, 0}, "delivers to maildir");
    const auto done =
        write_maildir(path, head(stop, post_.settings.prepends_to_file), user.identity);
    settle_written(stop, done, "delivered to maildir", "maildir delivery failed: ");
}

void Delivery::to_mbox(const std::string& path, const Stop& stop, const User& user, bool in_spool) {
    if (job_.request().for_verification)
        return settle(stop, Outcome::delivered, {2, 0, 0}, "delivers to mailbox");
    service::Identity identity = user.identity;
    // The folder of all mailboxes is open to a group of its own, which makes and locks files there.
    auto folder = in_spool ? status_of_path(post_.settings.mail_spool_directory)
                           : Result<std::optional<struct stat>>(std::nullopt);
    if (folder && *folder && ((*folder)->st_mode & S_IWGRP) != 0 &&
        ((*folder)->st_mode & S_IWOTH) == 0)
        identity.group = (*folder)->st_gid;
    delivery::MboxSettings settings = post_.settings.mbox;
    if (post_.settings.strict_mailbox_ownership) settings.owner = user.identity.user;
    const auto done =
        write_mbox(path, stop, head(stop, post_.settings.prepends_to_file), identity, settings);
    settle_written(stop, done, "delivered to mailbox",
                   fmt::format("cannot update mailbox {} for user {}. ", path, user.name));
}

void Delivery::to_file(const std::string& path, const Stop& stop, Origin origin) {
    if (!is_first("file:" + path)) return;
    if (!post_.settings.allow_files.contains(origin))
        return settle(stop, Outcome::bounced, {5, 7, 1}, "mail to file is restricted");
    const User owner =
        stop.run_as ? *stop.run_as : User{"", "", "", post_.settings.default_identity};
    if (path.ends_with('/')) return to_maildir(path, stop, owner);
    if (job_.request().for_verification)
        return settle(stop, Outcome::delivered, {2, 0, 0}, "delivers to file: " + path);
    const auto done = write_mbox(path, stop, head(stop, post_.settings.prepends_to_file),
                                 owner.identity, post_.settings.mbox);
    settle_written(stop, done, "delivered to file: " + path,
                   fmt::format("cannot append message to file {}: ", path));
}

void Delivery::to_command(const std::string& command, const Stop& stop, Origin origin,
                          const std::optional<User>& user) {
    if (!is_first("command:" + command + (user ? user->name : ""))) return;
    if (!post_.settings.allow_commands.contains(origin))
        return settle(stop, Outcome::bounced, {5, 7, 1}, "mail to command is restricted");
    run_command(command, stop, user);
}

void Delivery::run_command(const std::string& command, const Stop& stop,
                           const std::optional<User>& user) {
    if (job_.request().for_verification)
        return settle(stop, Outcome::delivered, {2, 0, 0}, "delivers to command: " + command);
    delivery::CommandSpec spec;
    spec.command = command;
    spec.shell = post_.settings.command_shell;
    // Nothing runs as root.
    const bool has_rights = user && user->identity.user != 0;
    spec.identity = has_rights ? user->identity : post_.settings.default_identity;
    spec.directory = expand_path(post_.settings.execution_directory, stop,
                                 user ? *user : User{stop.user, "", "", {}});
    spec.environment = environment(stop, user);
    spec.time_limit = post_.settings.command_time_limit;
    const std::string from = delivery::from_line(stop.sender, post_.loop.clock().wall());
    auto result = delivery::run_command(spec, from + head(stop, post_.settings.prepends_to_command),
                                        delivery::unchanged(job_.content()));
    if (!result)
        return settle(stop, Outcome::deferred, {4, 3, 0},
                      "unable to execute command: " + result.error().text);

    const auto verdict = delivery::judge(*result, command);
    if (verdict.status.is_success())
        return settle(stop, Outcome::delivered, verdict.status, "delivered to command: " + command);
    settle(stop, verdict.status.is_temporary() ? Outcome::deferred : Outcome::bounced,
           verdict.status, verdict.text);
}

std::vector<std::string> Delivery::environment(const Stop& stop,
                                               const std::optional<User>& user) const {
    auto list = config::filter_environment(config::current_environment(),
                                           post_.settings.export_environment);
    const auto parts = mail::split_address(stop.address);
    const std::string& allowed = post_.settings.command_filter;
    auto put = [&](std::string_view name, std::string_view value) {
        list.push_back(fmt::format("{}={}", name, without(std::string(value), allowed)));
    };
    auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) put(name, value);
    };
    std::erase_if(list, [](const std::string& entry) { return entry.starts_with("PATH="); });
    list.push_back("PATH=/usr/bin:/bin");
    if (user) {
        add("HOME", user->home);
        add("SHELL", user->shell);
    }
    add("LOGNAME", stop.user);
    add("USER", stop.user);
    put("SENDER", stop.sender);  // the null sender too
    put("RECIPIENT", stop.address);
    add("LOCAL", parts.localpart);
    add("DOMAIN", parts.domain);
    add("EXTENSION", stop.extension);
    add("ORIGINAL_RECIPIENT", job_.request().recipients[recipient_].original);
    add("CLIENT_ADDRESS", job_.attribute("log_client_address"));
    add("CLIENT_HELO", job_.attribute("log_helo_name"));
    add("CLIENT_HOSTNAME", job_.attribute("log_client_name"));
    add("CLIENT_PROTOCOL", job_.attribute("log_protocol_name"));
    add("SASL_METHOD", job_.attribute("sasl_method"));
    add("SASL_SENDER", job_.attribute("sasl_sender"));
    add("SASL_USERNAME", job_.attribute("sasl_username"));
    return list;
}

Task<void> Delivery::send_forwards() {
    for (auto& [sender, addresses] : forwards_) {
        Stop stop;
        stop.address = job_.request().recipients[recipient_].address;
        auto id = co_await submit(sender, addresses);
        if (id)
            settle(stop, Outcome::delivered, {2, 0, 0}, "forwarded as " + *id);
        else
            settle(stop, Outcome::deferred, {4, 3, 0},
                   "error forwarding message: " + id.error().text);
    }
}

/// The message anew, for addresses that are delivered elsewhere. Gives its queue id.
Task<Result<std::string>> Delivery::submit(std::string sender, std::vector<std::string> addresses) {
    using queue::RecordType;
    const auto& from = job_.request().recipients[recipient_];
    const WallTime now = post_.loop.clock().wall();
    const Deadline deadline = post_.loop.in(post_.settings.ipc_timeout);
    service::Submit request;
    request.options.maps_addresses = request.options.adds_bcc = true;
    request.options.smtputf8 = job_.request().is_smtputf8;
    request.received_before = fmt::format("Received: by {} ({})\n\tid ", post_.settings.myhostname,
                                          post_.config.text("mail_name"));
    request.received_after = "; " + mail_date(now);
    service::Upload<service::Submit> upload(post_.cleanup);
    if (auto begun = co_await upload.begin(std::move(request), deadline); !begun)
        co_return begun.error();

    std::string records;
    queue::append_record(records, RecordType::time, fmt::format("{}", to_unix(now)));
    for (const auto& attribute : job_.request().attributes)
        if (attribute.name != "log_ident")
            queue::append_attribute(records, attribute.name, attribute.value);
    queue::append_record(records, RecordType::sender, sender);
    for (const std::string& address : addresses) {
        if (!from.dsn_orcpt.empty())
            queue::append_attribute(records, "dsn_orig_rcpt", from.dsn_orcpt);
        if (from.notify != 0)
            queue::append_attribute(records, "notify_flags", std::to_string(from.notify));
        // A list with an owner hides the way by which mail came to it.
        queue::append_record(records, RecordType::original_recipient,
                             sender == job_.request().sender ? from.original : address);
        queue::append_record(records, RecordType::recipient, address);
    }
    queue::append_record(records, RecordType::content, {});
    if (post_.settings.prepends_to_forward)
        queue::append_record(records, RecordType::line,
                             "Delivered-To: " + mail::external(from.address));
    auto content = job_.content();
    for (;;) {
        auto line = content.next();
        if (!line) co_return line.error();
        if (!*line) break;
        queue::append_record(records,
                             (*line)->is_complete ? RecordType::line : RecordType::long_line,
                             (*line)->text);
        if (records.size() < piece_size) continue;
        if (auto sent = co_await upload.send(std::exchange(records, {}), deadline); !sent) break;
    }
    queue::append_record(records, RecordType::extracted, {});
    queue::append_record(records, RecordType::end, {});
    std::ignore = co_await upload.send(records, deadline);  // finish() tells what went wrong
    auto answer = co_await upload.finish(deadline);
    if (!answer) co_return answer.error();
    if (answer->status != service::CleanupStatus::ok &&
        answer->status != service::CleanupStatus::discarded)
        co_return temporary(answer->reason);
    co_return answer->queue_id;
}

}  // namespace postern::local
