// postdrop: puts a message into maildrop/, for everybody whom main.cf lets (postdrop(1)).
// Installed set-gid setgid_group, which may write there and open the sockets below public/.
//
// Standard input has the message in queue-file records (lib/queue/maildrop.h). Standard output gets
// two answers, each of "name" NUL "value" NUL pairs and a further NUL:
//     protocol=postdrop_protocol, queue_id=ID      when the file has been made
//     status=0, reason=                            when it is on the disk
#include "lib/base/strings.h"
#include "lib/config/directory.h"
#include "lib/config/environment.h"
#include "lib/service/authorized_users.h"
#include "lib/service/client.h"
#include "lib/service/command.h"
#include "lib/service/qmgr.h"
#include "tools/postdrop/input.h"
#include "tools/postdrop/login_senders.h"
#include "tools/postdrop/maildrop_file.h"
#include "tools/postdrop/submission.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace postern::postdrop {
namespace {

/// Longer than that nobody waits for a pickup that does not answer: its next scan finds the file.
constexpr seconds longest_trigger{2};

struct Options {
    std::optional<std::string> config_directory;
    int verbosity = 0;
};

Options parse(const Log& log, int argc, char** argv) {
    Options options;
    for (int option; (option = ::getopt(argc, argv, "c:rv")) != -1;) {
        switch (option) {
            case 'c': options.config_directory = ::optarg; break;
            case 'r': break;   // the only protocol there is
            case 'v': options.verbosity += ::geteuid() == 0 || ::getuid() == 0 ? 1 : 0; break;
            default: log.fatal("usage: postdrop [-c config_dir] [-v]");
        }
    }
    return options;
}

/// Whoever called us may have closed them; our files must not become 0, 1 or 2.
void open_standard_descriptors() {
    for (int number = ::open("/dev/null", O_RDWR); number >= 0 && number <= STDERR_FILENO;)
        number = ::open("/dev/null", O_RDWR);
}

void authorize(const config::Config& config, event::Loop& loop, const Log& log) {
    const std::string user = service::user_name(::getuid());
    auto allowed = service::is_authorized(config, "authorized_submit_users", user, loop);
    if (!allowed) log.fatal("{}", allowed.error().text);
    if (!*allowed)
        log.fatal("User {}({}) is not allowed to submit mail", user, ::getuid());
}

void answer(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) text.append(part) += '\0';
    text += '\0';
    // A caller that does not read has chosen not to know; the exit status tells it.
    std::ignore = write_all(STDOUT_FILENO, text, "standard output");
}

Result<void> copy(Input& input, Submission& submission, MaildropFile& file, std::uint64_t limit) {
    std::string records;
    std::uint64_t size = 0;
    while (!submission.is_complete()) {
        auto record = input.next();
        if (!record) return record.error();
        if (!*record) return Error{Errc::closed, "message is not complete"};
        auto verdict = submission.take(**record);
        if (!verdict) return verdict.error();
        if (*verdict == Submission::Verdict::leave_out) continue;
        queue::append_record(records, (*record)->type, (*record)->data);
        if (limit > 0 && (size += (*record)->data.size()) > limit)
            return permanent("message file too big");
        if (records.size() < 16384) continue;
        if (auto written = file.append(std::exchange(records, {})); !written) return written;
    }
    return file.append(records);
}

/// The system may be down: the message waits in maildrop/ then.
void wake_pickup(const config::Config& config, event::Loop& loop, const Log& log) {
    const std::string path = "public/" + config.text("pickup_service_name");
    // With the rights of the group: access(2) would ask for those of the user.
    if (::faccessat(AT_FDCWD, path.c_str(), F_OK, AT_EACCESS) != 0)
        return log.warning("unable to look up {}: {}", path, std::strerror(errno));
    const seconds wait = std::min(config.time("trigger_timeout"), longest_trigger);
    service::Client pickup(loop, path);
    auto woken = loop.run(pickup.call(service::Trigger{"W"}, loop.in(wait)));
    if (!woken) log.verbose(1, "{}: {}", path, woken.error().text);
}

/// Everything but the command line.
Result<void> submit(const config::Config& config, event::Loop& loop) {
    Input input(STDIN_FILENO);
    auto file = MaildropFile::create(loop.clock().wall(), config.boolean("enable_long_queue_ids"));
    if (!file) return file.error();
    answer({"protocol", "postdrop_protocol", "queue_id", file->id().text()});
    Submission submission([&](std::string_view sender) {
        return may_send_as(config, loop, ::getuid(), sender);
    });
    auto copied = copy(input, submission, *file, config.bytes("message_size_limit"));
    return copied ? file->keep() : copied;
}

}  // namespace
}  // namespace postern::postdrop

int main(int argc, char** argv) {
    using namespace postern;
    postdrop::open_standard_descriptors();
    service::Command command("postdrop", "postdrop");
    const Log log = command.log();
    const auto options = postdrop::parse(log, argc, argv);
    command.set_verbosity(options.verbosity);

    const std::string directory = config::choose_directory(options.config_directory);
    if (auto ours = config::check_directory(directory); !ours) log.fatal("{}", ours.error().text);
    const config::Config config = command.load(directory);
    config::apply_environment(config.list("import_environment"));
    command.open_log(config, LogRole::command);
    const std::string queue_directory = config.text("queue_directory");
    if (::chdir(queue_directory.c_str()) != 0)
        log.fatal("{}", system_error("chdir " + queue_directory).text);
    ::umask(0);

    postern::event::Loop loop;
    postdrop::authorize(config, loop, log);
    auto done = postdrop::submit(config, loop);
    // Whoever sent it thought better of it, and has said why.
    if (!done && done.error().code == Errc::closed) return 0;
    if (!done) log.fatal("uid={}: {}", ::getuid(), done.error().text);
    postdrop::wake_pickup(config, loop, log);
    postdrop::answer({"status", "0", "reason", ""});
}
