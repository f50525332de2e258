// Commands of users; see the header.
#include "local/command.h"

#include "lib/config/environment.h"
#include "lib/delivery/command.h"
#include "lib/delivery/mbox.h"
#include "lib/mail/address.h"
#include "lib/service/program.h"
#include "local/macros.h"

#include <fmt/format.h>

namespace postern::local {

using delivery::Settlement;

namespace {

/// Names and values that tell the command of the message.
class Environment {
public:
    Environment(std::vector<std::string> list, std::string_view allowed)
        : list_(std::move(list)), allowed_(allowed) {}

    void put(std::string_view name, std::string_view value) {
        list_.push_back(fmt::format("{}={}", name, restricted(std::string(value), allowed_)));
    }
    void put_known(std::string_view name, std::string_view value) {
        if (!value.empty()) put(name, value);
    }
    std::vector<std::string> take() { return std::move(list_); }

private:
    std::vector<std::string> list_;
    const std::string_view allowed_;
};

void put_client(Environment& environment, const delivery::Job& job) {
    environment.put_known("CLIENT_ADDRESS", job.attribute("log_client_address"));
    environment.put_known("CLIENT_HELO", job.attribute("log_helo_name"));
    environment.put_known("CLIENT_HOSTNAME", job.attribute("log_client_name"));
    environment.put_known("CLIENT_PROTOCOL", job.attribute("log_protocol_name"));
    environment.put_known("SASL_METHOD", job.attribute("sasl_method"));
    environment.put_known("SASL_SENDER", job.attribute("sasl_sender"));
    environment.put_known("SASL_USERNAME", job.attribute("sasl_username"));
}

std::vector<std::string> environment_of(const Post& post, const Letter& letter, const User* user) {
    Environment environment(service::program_environment(post.config),
                            post.settings.command_filter);
    const Stop& stop = letter.stop;
    const auto parts = mail::split_address(stop.address);
    if (user) {
        environment.put_known("HOME", user->home);
        environment.put_known("SHELL", user->shell);
    }
    environment.put_known("LOGNAME", stop.user);
    environment.put_known("USER", stop.user);
    environment.put("SENDER", stop.sender);  // the null sender too
    environment.put("RECIPIENT", stop.address);
    environment.put_known("LOCAL", parts.localpart);
    environment.put_known("DOMAIN", parts.domain);
    environment.put_known("EXTENSION", stop.extension);
    environment.put_known("ORIGINAL_RECIPIENT", letter.recipient.original);
    environment.put_known("ENVID", letter.job.request().dsn_envid);
    put_client(environment, letter.job);
    return environment.take();
}

Settlement judged(const delivery::CommandResult& result, const std::string& command) {
    auto verdict = delivery::judge(result, command);
    if (verdict.status.is_success()) return Settlement::sent("delivered to command: " + command);
    return Settlement::failed(verdict.status, std::move(verdict.text))
        .diagnosed(std::move(verdict.diagnosis));
}

}  // namespace

Task<Settlement> run_command(const Post& post, Letter letter, std::string command,
                             const User* user) {
    if (letter.job.request().for_verification)
        co_return Settlement::sent("delivers to command: " + command);
    const Settings& settings = post.settings;
    delivery::CommandSpec spec;
    spec.command = command;
    spec.shell = settings.command_shell;
    // Nothing runs as root.
    spec.identity = user && user->identity.user != 0 ? user->identity : settings.default_identity;
    auto directory =
        expand_macros(settings.execution_directory, letter.stop, user, settings.directory_filter);
    if (!directory)
        co_return Settlement::failed({4, 3, 5},
                                     "command_execution_directory: " + directory.error().text);
    spec.directory = std::move(*directory);
    spec.environment = environment_of(post, letter, user);
    spec.time_limit = settings.command_time_limit;
    spec.file_size_limit = settings.mailbox_size_limit;
    std::string head = delivery::from_line(letter.stop.sender, post.loop.clock().wall()) +
                       head_of(letter, settings, settings.prepends_to_command);
    auto result = co_await post.commands.offload(
        [spec = std::move(spec), head = std::move(head),
         source = delivery::Source(letter.job)]() mutable {
            return delivery::run_command(spec, std::move(head),
                                         delivery::unchanged(source.content()));
        });
    if (!result)
        co_return Settlement::failed({4, 3, 0},
                                     "unable to execute command: " + result.error().text);
    co_return judged(*result, command);
}

}  // namespace postern::local
