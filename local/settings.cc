// local's parameters; see the header.
#include "local/settings.h"

#include <fmt/format.h>
#include <pwd.h>

#include <algorithm>

namespace postern::local {

namespace {

/// Expansions of aliases within aliases; more is a loop or a bomb.
constexpr std::size_t most_nested = 100;

bool has(const config::Config& config, std::string_view parameter, std::string_view word) {
    const auto words = config.list(parameter);
    return std::find(words.begin(), words.end(), word) != words.end();
}

Result<std::set<Origin>> origins(const config::Config& config, std::string_view parameter) {
    std::set<Origin> found;
    for (const std::string& word : config.list(parameter)) {
        if (word == "alias")
            found.insert(Origin::alias);
        else if (word == "forward")
            found.insert(Origin::forward);
        else if (word == "include")
            found.insert(Origin::include);
        else
            return config.error_in(parameter, fmt::format("unknown origin \"{}\"", word));
    }
    return found;
}

}  // namespace

Result<Settings> Settings::from(const config::Config& config) {
    Settings s;
    s.myhostname = config.text("myhostname");
    s.mail_spool_directory = config.text("mail_spool_directory");
    s.home_mailbox = config.text("home_mailbox");
    s.recipient_delimiter = config.text("recipient_delimiter");
    s.mailbox_command = config.raw("mailbox_command");
    s.mailbox_transport = config.text("mailbox_transport");
    s.fallback_transport = config.text("fallback_transport");
    s.luser_relay = config.raw("luser_relay");
    s.forward_path = config.raw("forward_path");
    s.command_shell = config.text("local_command_shell");
    s.command_filter = config.text("command_expansion_filter");
    s.forward_filter = config.text("forward_expansion_filter");
    s.directory_filter = config.text("execution_directory_expansion_filter");
    s.frozen_delivered_to = config.boolean("frozen_delivered_to");
    s.execution_directory = config.raw("command_execution_directory");
    s.owner_request_special = config.boolean("owner_request_special");
    s.expand_owner_alias = config.boolean("expand_owner_alias");
    s.reset_owner_alias = config.boolean("reset_owner_alias");
    s.biff = config.boolean("biff");
    s.strict_mailbox_ownership = config.boolean("strict_mailbox_ownership");
    s.propagates_alias = has(config, "propagate_unmatched_extensions", "alias");
    s.propagates_forward = has(config, "propagate_unmatched_extensions", "forward");
    s.propagates_include = has(config, "propagate_unmatched_extensions", "include");
    s.prepends_to_command = has(config, "prepend_delivered_header", "command");
    s.prepends_to_file = has(config, "prepend_delivered_header", "file");
    s.prepends_to_forward = has(config, "prepend_delivered_header", "forward");
    s.duplicate_filter_limit = static_cast<std::size_t>(config.number("duplicate_filter_limit"));
    s.nesting_limit = most_nested;
    s.command_time_limit = config.time_of("local", "time_limit");
    s.ipc_timeout = config.time("ipc_timeout");
    s.daemon_timeout = config.time("daemon_timeout");
    s.mailbox_size_limit = config.bytes("mailbox_size_limit");
    s.require_home_directory = config.boolean("require_home_directory");
    s.enable_original_recipient = config.boolean("enable_original_recipient");

    if (s.mailbox_size_limit != 0 && s.mailbox_size_limit < config.bytes("message_size_limit"))
        return permanent(
            "configuration error: mailbox_size_limit is smaller than message_size_limit");

    auto commands = origins(config, "allow_mail_to_commands");
    if (!commands) return commands.error();
    s.allow_commands = std::move(*commands);
    auto files = origins(config, "allow_mail_to_files");
    if (!files) return files.error();
    s.allow_files = std::move(*files);

    s.default_user = config.text("default_privs");
    const passwd* user = ::getpwnam(s.default_user.c_str());
    if (!user)
        return config.error_in("default_privs", fmt::format("unknown user \"{}\"", s.default_user));
    if (user->pw_uid == 0) return config.error_in("default_privs", "must not be root");
    s.default_identity = {user->pw_uid, user->pw_gid};

    auto mbox = delivery::MboxSettings::from(config, "mailbox_delivery_lock");
    if (!mbox) return mbox.error();
    s.mbox = std::move(*mbox);
    s.mbox.size_limit = s.mailbox_size_limit;
    if (config.boolean("sun_mailtool_compatibility"))
        s.mbox.locks = {delivery::MailboxLock::dotlock};
    return s;
}

}  // namespace postern::local
