// spawn: runs a command for each connection, as inetd does (spawn(8)).
#include "services/spawn/attributes.h"
#include "services/spawn/runner.h"

int main(int argc, char** argv) {
    using namespace postern;
    service::Traits traits;
    traits.concurrency = service::Concurrency::one;
    traits.privileges = service::Privileges::root;
    service::Daemon daemon("spawn", argc, argv, traits);
    const config::Config& config = daemon.config();
    const std::string& name = daemon.options().service_name;

    auto attributes = spawn::Attributes::parse(daemon.options().arguments, config);
    if (!attributes) daemon.log().fatal("service {}: {}", name, attributes.error().text);
    service::Program program;
    program.arguments = attributes->argv;
    program.environment = service::program_environment(config);
    program.identity = attributes->identity;
    daemon.drop_privileges();

    spawn::Runner runner(program, config.time_of(name, "time_limit"), daemon.loop(), daemon.log());
    return daemon.serve_sessions(
        [&runner](service::Session session) { return runner.run(std::move(session)); });
}
