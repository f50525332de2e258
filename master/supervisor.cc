// Start, reload and stop of an instance; see the header.
#include "master/supervisor.h"

#include "lib/report/system_events.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <tuple>
#include <set>

namespace postern::master {

namespace {

/// For the process that writes the log to take what the others have sent, where it must end
/// before us.
constexpr seconds patience_with_log{5};
/// For killed processes to be gone.
constexpr seconds patience_with_killed{2};

}  // namespace

Supervisor::Supervisor(House& house, Plan plan, Systemd& systemd)
    : house_(house), plan_(std::move(plan)), systemd_(systemd) {
    house_.plan = &plan_;
    for (const PlannedService& planned : plan_.services)
        services_.emplace(planned.key(), std::make_unique<Service>(house_, planned));
}

Result<void> Supervisor::open() {
    for (const PlannedService& planned : plan_.services) {
        auto opened = services_.at(planned.key())->open();
        if (opened) continue;
        // The socket of the log too, where nobody would read why we did not start.
        services_.clear();
        return opened;
    }
    return success();
}

void Supervisor::begin() {
    warn_of(plan_);
    announce(false);
    begin_services();
    systemd_.is_ready();
}

void Supervisor::begin_services() {
    const bool has_log_file = !plan_.config.text("maillog_file").empty();
    for (const PlannedService& planned : plan_.services) {
        Service& service = *services_.at(planned.key());
        service.begin();
        // The first of the plan: what the others have to say shall be written at once.
        if (planned.is_log && has_log_file) service.start_process();
    }
}

void Supervisor::warn_of(const Plan& plan) const {
    for (const std::string& warning : plan.warnings) house_.reporter.log().warning("{}", warning);
}

void Supervisor::announce(bool is_reload) const {
    const std::string version = plan_.config.text("mail_version");
    house_.reporter.report(report::MasterStarted{.is_reload = is_reload, .mail_version = version,
                                                 .config_directory = plan_.config.directory()});
}

void Supervisor::reload() {
    if (house_.is_stopping) return;
    systemd_.is_reloading();
    auto plan = Plan::read(plan_.config.directory());
    if (plan)
        adopt(std::move(*plan));
    else
        house_.reporter.log().error("not reloaded, the old configuration stays: {}",
                                    plan.error().text);
    systemd_.is_ready();
}

void Supervisor::adopt(Plan plan) {
    const std::string queue = plan_.config.text("queue_directory");
    if (plan.config.text("queue_directory") != queue) {
        house_.reporter.log().error("not reloaded, the old configuration stays: queue_directory "
                                    "cannot change from {} while the mail system runs", queue);
        return;
    }
    plan_ = std::move(plan);
    warn_of(plan_);
    announce(true);
    close_removed();
    for (const PlannedService& planned : plan_.services) open_new(planned);
    begin_services();
}

void Supervisor::close_removed() {
    std::set<std::string> kept;
    for (const PlannedService& planned : plan_.services) kept.insert(planned.key());
    for (auto item = services_.begin(); item != services_.end();) {
        if (kept.contains(item->first)) {
            ++item;
            continue;
        }
        item->second->close();
        if (item->second->has_children()) removed_.push_back(std::move(item->second));
        item = services_.erase(item);
    }
}

void Supervisor::open_new(const PlannedService& planned) {
    auto& service = services_[planned.key()];
    const bool is_new = !service;
    if (is_new) service = std::make_unique<Service>(house_, planned);
    const auto opened = is_new ? service->open() : service->change(planned);
    if (!opened) house_.reporter.log().error("service {}: {}", planned.entry.name, opened.error().text);
}

void Supervisor::reap() {
    int status = 0;
    for (pid_t process; (process = ::waitpid(-1, &status, WNOHANG)) > 0;) {
        const auto is_of = [&](const auto& service) { return service->ended(process, status); };
        for (const auto& [key, service] : services_)
            if (service->ended(process, status)) break;
        std::erase_if(removed_, [&](const auto& service) {
            return is_of(service) && !service->has_children();
        });
        if (log_) std::ignore = is_of(log_);
    }
    if (house_.is_stopping) leave_if_done();
}

void Supervisor::stop(int signal, seconds patience) {
    if (std::exchange(house_.is_stopping, true)) return house_.loop.stop();
    systemd_.is_stopping();
    house_.reporter.report(report::MasterTerminating{.signal = signal});
    house_.reporter.log().book().flush();
    for (auto& [key, service] : services_) {
        if (service->planned().is_log)
            log_ = std::move(service);
        else
            service->let_go();
    }
    std::erase_if(services_, [](const auto& item) { return !item.second; });
    house_.loop.set(patience_, house_.loop.in(patience));
    leave_if_done();
}

void Supervisor::abort(int signal) {
    if (!house_.is_stopping) stop(signal, patience_with_killed);
    for (const auto& [key, service] : services_) service->kill(SIGKILL);
    for (const auto& service : removed_) service->kill(SIGKILL);
}

bool Supervisor::is_anybody_left() const {
    for (const auto& [key, service] : services_)
        if (service->has_children()) return true;
    return !removed_.empty();
}

void Supervisor::leave_if_done() {
    if (is_anybody_left()) return;
    if (!is_log_told_ || !log_->has_children()) end_log();
}

void Supervisor::end_log() {
    if (!log_ || is_log_told_ || !log_->has_children()) return house_.loop.stop();
    is_log_told_ = true;
    house_.reporter.log().book().flush();
    log_->let_go();
    // It goes on until the last line is written, unless the whole container ends with us.
    if (::getpid() != 1) return house_.loop.stop();
    house_.loop.set(patience_, house_.loop.in(patience_with_log));
}

}  // namespace postern::master
