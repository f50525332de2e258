// postkick: sends a request to a service, as its letters (postkick(1)).
#include "lib/base/fd.h"
#include "lib/event/loop.h"
#include "lib/service/client.h"
#include "lib/service/command.h"
#include "lib/service/qmgr.h"

#include <unistd.h>

#include <optional>
#include <string>

namespace postern::postkick {

namespace {

struct Options {
    std::optional<std::string> config_directory;
    int verbosity = 0;
    std::string channel, service, request;   ///< channel: public or private

    std::string path() const { return channel + "/" + service; }
};

Options parse_options(int argc, char** argv, const Log& log) {
    Options options;
    for (int letter; (letter = ::getopt(argc, argv, "+c:v")) != -1;) {
        switch (letter) {
        case 'c': options.config_directory = optarg; break;
        case 'v': ++options.verbosity; break;
        default: log.fatal("usage: postkick [-c config_dir] [-v] class service request");
        }
    }
    if (argc - optind != 3) log.fatal("usage: postkick [-c config_dir] [-v] class service request");
    options.channel = argv[optind];
    options.service = argv[optind + 1];
    options.request = argv[optind + 2];
    if (options.channel != "public" && options.channel != "private")
        log.fatal("class {}: give public or private", options.channel);
    if (options.service.find('/') != std::string::npos)
        log.fatal("service {}: not a name", options.service);
    return options;
}

Task<Result<void>> ask(event::Loop& loop, const Options& options, seconds patience) {
    service::Client client(loop, options.path());
    const auto answer =
        co_await client.call(service::Trigger{options.request}, loop.in(patience));
    if (!answer) co_return answer.error();
    co_return success();
}

bool is_fifo(const std::string& path) {
    const auto status = status_of_path(path);
    return status && *status && S_ISFIFO((*status)->st_mode);
}

Result<void> write_to(const std::string& path, const std::string& request) {
    const auto fifo = open_file(path, O_WRONLY | O_NONBLOCK);
    if (!fifo) return fifo.error();
    return write_all(fifo->get(), request, path);
}

Result<void> kick(const Options& options, const config::Config& config) {
    const std::string path = options.path();
    if (::access(path.c_str(), F_OK) != 0) return system_error(path);
    if (is_fifo(path)) return write_to(path, options.request);
    event::Loop loop;
    return loop.run(ask(loop, options, config.time("application_event_drain_time")));
}

}  // namespace

int run(int argc, char** argv) {
    service::Command command("postkick", "postkick");
    const Options options = parse_options(argc, argv, command.log());
    command.set_verbosity(options.verbosity);
    const config::Config config = command.load(options.config_directory);
    const std::string queue = config.text("queue_directory");
    if (::chdir(queue.c_str()) != 0) command.log().fatal("{}", system_error("chdir " + queue).text);
    const auto done = kick(options, config);
    if (!done) command.log().fatal("{}", done.error().text);
    command.log().verbose(1, "{}: request {} was taken", options.path(), options.request);
    return 0;
}

}  // namespace postern::postkick

int main(int argc, char** argv) { return postern::postkick::run(argc, argv); }
