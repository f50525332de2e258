// bounce, defer, trace: one program under three service names. It keeps the logs of what became of
// recipients, and tells the senders (bounce(8)).
#include "bounce/log_entries.h"
#include "bounce/notifier.h"
#include "lib/base/strings.h"
#include "lib/service/client_of.h"
#include "lib/service/command.h"
#include "lib/service/daemon.h"
#include "lib/service/spool_of.h"

#include <cstdio>
#include <memory>

namespace postern::bounce {
namespace {

queue::Queue log_of_service(const service::Daemon& daemon) {
    const std::string& name = daemon.options().service_name;
    if (name == daemon.config().text("defer_service_name")) return queue::Queue::defer;
    if (name == daemon.config().text("trace_service_name")) return queue::Queue::trace;
    return queue::Queue::bounce;
}

Templates read_templates(const config::Config& config, const Log& log) {
    const std::string file = config.text("bounce_template_file");
    if (file.empty()) return Templates();
    auto text = read_file(file);
    auto templates = text ? Templates::parse(*text, file) : Result<Templates>(text.error());
    if (templates) return std::move(*templates);
    // Senders must be told in any case: in our own words then.
    log.warning("bounce_template_file: {}; using the built-in templates", templates.error().text);
    return Templates();
}

/// The spool is shared with the job, which may outlive the request.
Task<Result<service::Done>> append(postern::event::Pool& disk, std::shared_ptr<const queue::Spool> spool,
                                   queue::Queue log, queue::LogForm form,
                                   service::BounceAppend request) {
    auto id = queue::QueueId::parse(request.queue_id);
    if (!id) co_return id.error();
    auto write = [spool, log, form, id = *id, entries = log_entries(request.entries)]() -> Result<void> {
        return queue::append_log(*spool, log, id, entries, log == queue::Queue::bounce, form);
    };
    Result<void> done = co_await disk.offload(write);
    if (!done) co_return done.error();
    co_return service::Done();
}

/// postconf -b and -t: -SVnexpand_templates, -SVndump_templates.
int show(int argc, char** argv) {
    service::Command command("bounce", "postconf");
    const bool expands = std::string_view(argv[1]).ends_with("expand_templates");
    std::vector<config::Override> overrides;
    for (int i = 2; i + 1 < argc; ++i)
        if (const auto pair = cut(argv[i + 1], '='); pair && std::string_view(argv[i]) == "-o")
            overrides.push_back({std::string(trim(pair->first)), std::string(trim(pair->second))});
    const config::Config config = command.load(std::nullopt, std::move(overrides));
    const Templates templates = read_templates(config, command.log());
    auto text = expands ? dump_expanded(templates, config) : Result<std::string>(dump(templates));
    if (!text) command.log().fatal("{}", text.error().text);
    return std::fputs(text->c_str(), stdout) == EOF || std::fflush(stdout) == EOF;
}

}  // namespace
}  // namespace postern::bounce

int main(int argc, char** argv) {
    using namespace postern;
    if (argc > 1 && std::string_view(argv[1]).starts_with("-SVn")) return bounce::show(argc, argv);
    service::Daemon daemon("bounce", argc, argv);
    const config::Config& config = daemon.config();

    const bounce::Settings settings(config);
    const bounce::Templates templates = bounce::read_templates(config, daemon.log());
    auto opened = service::spool_here(config);
    if (!opened) daemon.log().fatal("{}", opened.error().text);
    const auto spool = std::make_shared<const queue::Spool>(std::move(*opened));
    daemon.drop_privileges();

    service::Client cleanup = service::public_client(daemon.loop(), config, "cleanup_service_name");
    bounce::Notifier notifier(settings, config, templates, *spool, cleanup, daemon.loop(), daemon.reporter());
    const queue::Queue log = bounce::log_of_service(daemon);
    service::Server server(daemon.loop(), daemon.server_limits(), daemon.on_bug());
    server.on<service::BounceAppend>([&daemon, spool, log, form = settings.log_form](service::BounceAppend request) {
        return bounce::append(daemon.disk(), spool, log, form, std::move(request));
    });
    server.on<service::SendReport>(
        [&notifier](service::SendReport request) { return notifier.send(std::move(request)); });
    return daemon.serve(server);
}
