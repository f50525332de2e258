// The start of a daemon; see the header.
#include "lib/service/daemon.h"

#include "lib/base/open_log.h"
#include "lib/base/strings.h"
#include "lib/service/debugger.h"
#include "lib/service/file_watcher.h"
#include "lib/service/identity.h"
#include "lib/service/log_settings.h"
#include "lib/service/wording_of.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace postern::service {

namespace {

/// Enough for the journal to commit many files at once; more do not pay.
constexpr std::size_t disk_threads = 24;
constexpr std::size_t name_threads = 16;
/// Descriptors for everything that is no session: log, tables, queue files, other services.
constexpr std::size_t spare_descriptors = 128;

/// What master hands over is for us, not for the commands that we run.
void keep_from_commands(int sockets) {
    for (const int fd : {master_link_fd, counters_fd, unsent_lines_fd})
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    for (int i = 0; i < sockets; ++i) ::fcntl(first_listen_fd + i, F_SETFD, FD_CLOEXEC);
}

std::size_t at_least_one(std::int64_t number) {
    return static_cast<std::size_t>(std::max<std::int64_t>(number, 1));
}

std::size_t descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return std::min<std::size_t>(limit.rlim_cur, 1u << 20);
}

}  // namespace

Daemon::Daemon(std::string_view program, int argc, char** argv, Traits traits)
    : traits_(traits),
      disk_(loop_, traits.concurrency == Concurrency::one ? 0 : disk_threads),
      names_(loop_, traits.concurrency == Concurrency::one ? 0 : name_threads) {
    std::signal(SIGPIPE, SIG_IGN);
    book_ = std::make_unique<LogBook>("postfix/" + std::string(program));
    log_.emplace(*book_);
    parse(argc, argv);
    keep_from_commands(options_.sockets);
    load(program);
    open_log(program);
    if (options_.is_debugged || is_debugged_by_environment())
        run_debugger(*config_, program, *log_);
    set_bounds();
    open_reporter();
    for (const std::string& warning : config_->warnings())
        log_->warning("{}", warning);
    tasks_ = std::make_unique<event::TaskGroup>(loop_, on_bug());
    sessions_ = std::make_unique<event::TaskGroup>(loop_, on_bug());
    if (LinkToMaster::exists())
        link_ = std::make_unique<LinkToMaster>(
            loop_, [this](const MasterOrder& order) { obey(order); }, [this] { master_is_gone(); });
    watcher_ = std::make_unique<FileWatcher>(loop_, [this] { retire(); });
}

Daemon::~Daemon() {
    log_timer_.reset();
    book_->flush();
}

event::TaskGroup::OnBug Daemon::on_bug() const {
    return
        [this](const std::string& what) { log_->line(Severity::panic, "internal error: " + what); };
}

/// Before main.cf is known, a complaint can only go to standard error and the default log.
void Daemon::parse(int argc, char** argv) {
    auto options = parse_start_options(argc, argv);
    if (!options) log_->fatal("{}", options.error().text);
    options_ = std::move(*options);
    share_ = options_.share;
}

void Daemon::load(std::string_view program) {
    config::Source source;
    source.overrides = options_.overrides;
    source.process_name = program;
    source.service_name = options_.service_name;
    auto loaded = config::Config::load(std::move(source));
    if (!loaded) log_->fatal("{}", loaded.error().text);
    config_.emplace(std::move(*loaded));
    const std::string queue = config_->text("queue_directory");
    if (::chdir(queue.c_str()) != 0) log_->fatal("{}", system_error("chdir " + queue).text);
}

void Daemon::set_bounds() {
    const std::size_t descriptors = descriptor_limit();
    const std::size_t room =
        descriptors > 2 * spare_descriptors ? descriptors - spare_descriptors : descriptors / 2;
    process_bound_ = std::min(room, at_least_one(config_->number("process_session_limit")));
    max_use_ = at_least_one(config_->number("max_use"));
}

void Daemon::open_log(std::string_view program) {
    const LogSettings settings = log_settings(*config_);
    auto sink =
        postern::open_log(settings, program == "postlogd" ? LogRole::log_server : LogRole::daemon);
    book_->set_tag(log_tag(settings, program));
    book_->set_verbosity(options_.verbosity);
    if (!sink) log_->fatal("{}", sink.error().text);
    book_->remove_sinks();
    book_->add(std::move(*sink));
    if (LinkToMaster::exists())
        if (auto page = UnsentLines::of_page(Fd(unsent_lines_fd)))
            unsent_lines_.emplace(std::move(*page));
    if (unsent_lines_) book_->set_unsent_lines(&*unsent_lines_);
    log_timer_ = std::make_unique<LogTimer>(loop_, *book_);
    log_.emplace(*book_);
}

void Daemon::open_reporter() {
    wording_ = wording(*config_);
    // Started by hand there is no file to count in; nobody reads these counts then.
    if (LinkToMaster::exists())
        if (auto counters = report::Counters::of_file(Fd(counters_fd)))
            counters_ = std::move(*counters);
    reporter_.emplace(*log_, wording_, counters_);
}

void Daemon::watch(const std::vector<std::string>& files) {
    if (!watcher_->watch(files))
        log_->verbose(1, "some tables cannot be watched for changes; reload tells of them");
}

void Daemon::drop_privileges() {
    // Started by an ordinary user, the whole system runs as that user.
    if (::geteuid() != 0) return;
    const auto owner = mail_owner(*config_);
    if (!owner) log_->fatal("{}", owner.error().text);
    if (options_.chroot)
        if (auto done = enter_chroot(config_->text("queue_directory")); !done)
            log_->fatal("{}", done.error().text);
    const bool for_good = traits_.privileges == Privileges::mail_owner;
    const auto changed = for_good ? become_for_good(*owner) : become_for_now(*owner);
    if (!changed) log_->fatal("{}", changed.error().text);
}

std::size_t Daemon::session_limit() const noexcept {
    if (traits_.concurrency == Concurrency::one) return 1;
    if (share_ == no_limit || traits_.share_is_processes) return process_bound_;
    return std::min(process_bound_, at_least_one(share_));
}

Server::Limits Daemon::server_limits() const noexcept {
    const std::size_t limit = session_limit();
    if (traits_.concurrency == Concurrency::one)
        return {.at_once = 1, .connections = 1, .total = 1};
    return {.at_once = limit, .connections = 1000, .total = limit};
}

}  // namespace postern::service
