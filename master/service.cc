// The life of a service; see the header.
#include "master/service.h"

#include "lib/report/system_events.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace postern::master {

namespace {

/// How often the log says that a service's share is used up.
constexpr seconds between_warnings{600};

}  // namespace

Service::Service(House& house, PlannedService planned)
    : house_(house), planned_(std::move(planned)), wake_up_(house.loop, house.reporter) {}

Result<void> Service::open() {
    Result<void> outcome;
    for (const Endpoint& endpoint : planned_.endpoints) {
        const auto is_open = [&](const Socket& socket) { return socket.endpoint.is_same(endpoint); };
        if (std::ranges::any_of(sockets_, is_open)) continue;
        auto opened = open_endpoint(endpoint, house_.plan->owner);
        if (opened)
            sockets_.push_back({endpoint, std::move(*opened), nullptr});
        else
            outcome = opened.error();
    }
    return outcome;
}

Result<void> Service::change(PlannedService planned) {
    planned_ = std::move(planned);
    std::erase_if(sockets_, [this](const Socket& socket) {
        return std::ranges::none_of(planned_.endpoints, [&](const Endpoint& endpoint) {
            return endpoint.is_same(socket.endpoint);
        });
    });
    throttle_.stop();
    for (const auto& child : children_) child->retire();
    return open();
}

void Service::close() {
    wake_up_.stop();
    throttle_.stop();
    for (const auto& child : children_) child->retire();
    for (const Socket& socket : sockets_)
        if (!socket.endpoint.path.empty()) ::unlink(socket.endpoint.path.c_str());
    sockets_.clear();
}

void Service::begin() {
    wake_up_.set(planned_);
    if (was_used_) wake_up_.used();     // before a reload as well
    update();
}

void Service::let_go() {
    wake_up_.stop();
    throttle_.stop();
    sockets_.clear();
    for (const auto& child : children_) child->let_go();
}

void Service::kill(int signal) const {
    for (const auto& child : children_) child->kill(signal);
}

std::vector<Holding> Service::holdings() const {
    std::vector<Holding> list;
    for (const auto& child : children_) list.push_back(child->holding());
    return list;
}

std::string Service::program_path() const {
    return house_.plan->config.text("daemon_directory") + "/" + planned_.entry.command;
}

Program Service::program(const StartDetails& details) const {
    Program program{program_path(), command_line(planned_.entry, details),
                    house_.plan->environment, {}, house_.unsent_lines};
    for (const Socket& socket : sockets_) program.sockets.push_back(socket.descriptor.get());
    return program;
}

void Service::start_process() {
    const auto list = holdings();
    if (throttle_.is_set() || sockets_.empty() || !wants_another(planned_.bounds, list)) return;
    const std::int64_t left = left_of(planned_.bounds, list);
    const StartDetails details{.sockets = sockets_.size(), .share = left,
                               .stress = left == 1 && !list.empty(),
                               .verbosity = house_.verbosity};
    auto child = Child::start(house_.loop, program(details), left, [this] { update(); });
    if (child) {
        children_.push_back(std::move(*child));
    } else {
        house_.reporter.log().warning("{}", child.error().text);
        throttle();
    }
    update();
}

void Service::update() {
    if (house_.is_stopping || sockets_.empty()) return;
    share_out();
    watch_sockets(!throttle_.is_set() && wants_another(planned_.bounds, holdings()));
    warn_if_used_up();
}

void Service::watch_sockets(bool is_wanted) {
    for (Socket& socket : sockets_) {
        if (!is_wanted) socket.watch.reset();
        if (!is_wanted || socket.watch) continue;
        socket.watch = house_.loop.watch_read(
            socket.descriptor.get(), event::Loop::Trigger::level,
            [](int, short, void* self) {
                auto& service = *static_cast<Service*>(self);
                service.start_process();
                if (!std::exchange(service.was_used_, true)) service.wake_up_.used();
            },
            this);
    }
}

void Service::share_out() {
    const std::int64_t left = left_of(planned_.bounds, holdings());
    for (const auto& child : children_)
        if (const auto share = larger_grant(child->holding(), left)) return child->grant(*share);
}

void Service::warn_if_used_up() {
    if (children_.empty() || planned_.entry.max_processes == 1) return;
    if (!is_used_up(planned_.bounds, holdings())) return;
    const Monotonic now = house_.loop.now();
    if (last_warning_ != Monotonic{} && now < last_warning_ + between_warnings) return;
    last_warning_ = now;
    const std::int64_t limit = planned_.bounds.share == service::no_limit
                                   ? static_cast<std::int64_t>(planned_.bounds.processes)
                                   : planned_.bounds.share;
    house_.reporter.report(report::ProcessLimitReached{
        .service = planned_.entry.name, .endpoint = planned_.endpoints.front().text, .limit = limit});
}

bool Service::ended(pid_t process, int wait_status) {
    const auto found = std::ranges::find(children_, process, &Child::process);
    if (found == children_.end()) return false;
    const std::unique_ptr<Child> child = std::move(*found);
    children_.erase(found);
    judge(*child, wait_status);
    update();
    return true;
}

void Service::judge(const Child& child, int wait_status) {
    const int status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
    const int signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    if (status == 0 && signal == 0) return;
    const std::string path = program_path();
    if (!house_.is_stopping || signal == 0)
        house_.reporter.report(report::ProcessFailed{.path = path, .process = child.process(),
                                                     .exit_status = status, .signal = signal});
    if (!child.was_ready() && !house_.is_stopping) throttle();
}

void Service::throttle() {
    const std::string path = program_path();
    house_.reporter.report(report::ServiceThrottled{.path = path});
    house_.loop.set(throttle_, house_.loop.in(house_.plan->config.time("service_throttle_time")));
}

}  // namespace postern::master
