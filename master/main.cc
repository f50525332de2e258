// master: starts the mail system's daemons when they are needed, and watches over them (master(8)).
#include "lib/base/log_sink.h"
#include "lib/config/directory.h"
#include "lib/report/reporter.h"
#include "lib/service/debugger.h"
#include "lib/service/log_settings.h"
#include "lib/service/log_timer.h"
#include "lib/service/wording_of.h"
#include "master/background.h"
#include "master/lock.h"
#include "master/options.h"
#include "master/supervisor.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <tuple>

namespace postern::master {

namespace {

/// How long a stopping master waits for what is under way: without us it goes on, but process 1
/// takes everybody with it.
constexpr seconds patience{3}, patience_of_init{3600};

void open_log(LogBook& book, const config::Config& config) {
    const LogSettings settings = service::log_settings(config);
    book.set_tag(log_tag(settings, "master"));
    auto sink = postern::open_log(settings, LogRole::administration);
    if (!sink) Log(book).fatal("{}", sink.error().text);
    book.add(std::move(*sink));
}

Plan read_plan(const std::string& directory, LogBook& book) {
    auto plan = Plan::read(directory);
    if (plan) return std::move(*plan);
    // main.cf alone may be good enough to know where the log is.
    if (auto config = read_main_cf(directory)) open_log(book, *config);
    Log(book).fatal("{}", plan.error().text);
}

std::string process_id_folder(const config::Config& config) {
    return config.text("queue_directory") + "/" + config.text("process_id_directory");
}

/// -t: whether nobody runs. master.cf may be wrong; whoever wants to stop us must be able to.
int test(const std::string& directory, LogBook& book) {
    const auto config = read_main_cf(directory);
    if (!config) Log(book).fatal("{}", config.error().text);
    const auto is_held = InstanceLock::is_held(process_id_folder(*config));
    if (!is_held) Log(book).fatal("{}", is_held.error().text);
    return *is_held ? 1 : 0;
}

/// What our starter left open has no business in the mail system.
void close_inherited() { std::ignore = ::close_range(STDERR_FILENO + 1, ~0u, 0); }

/// Each client, queue file and connection to another daemon is a descriptor.
void raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

InstanceLock take_lock(const Plan& plan, const Log& log) {
    const std::string queue = plan.config.text("queue_directory");
    if (::chdir(queue.c_str()) != 0) log.fatal("{}", system_error("chdir " + queue).text);
    auto lock = InstanceLock::take(process_id_folder(plan.config), plan.config.text("data_directory"), plan.owner);
    if (!lock) log.fatal("{}", lock.error().text);
    return std::move(*lock);
}

/// Who finds our process id in the lock file may send a signal at once: it waits until we listen.
void hold_signals(int how) {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) sigaddset(&signals, signal);
    ::sigprocmask(how, &signals, nullptr);
}

/// What all processes need to put their log lines in order; the master's own book has it meanwhile.
class LogOrder {
public:
    explicit LogOrder(LogBook& book) : book_(book) {
        auto page = UnsentLines::make_page();
        if (!page) Log(book).fatal("{}", page.error().text);
        auto marks = UnsentLines::of_page(*page);
        if (!marks) Log(book).fatal("{}", marks.error().text);
        page_ = std::move(*page);
        marks_.emplace(std::move(*marks));
        book.set_unsent_lines(&*marks_);
    }
    ~LogOrder() { book_.set_unsent_lines(nullptr); }
    LogOrder(const LogOrder&) = delete;
    int page() const noexcept { return page_.get(); }

private:
    LogBook& book_;
    Fd page_;
    std::optional<UnsentLines> marks_;
};

/// Turns signals into what they ask for, as long as it lives.
std::vector<event::EventHandle> listen_to_signals(event::Loop& loop, Supervisor& supervisor,
                                                  seconds wait) {
    std::signal(SIGPIPE, SIG_IGN);
    std::vector<event::EventHandle> handles;
    for (const int signal : {SIGTERM, SIGINT})
        handles.push_back(loop.on_signal(signal, [&supervisor, signal, wait] {
            supervisor.stop(signal, wait);
        }));
    handles.push_back(loop.on_signal(SIGQUIT, [&supervisor] { supervisor.abort(SIGQUIT); }));
    handles.push_back(loop.on_signal(SIGHUP, [&supervisor] { supervisor.reload(); }));
    handles.push_back(loop.on_signal(SIGCHLD, [&supervisor] { supervisor.reap(); }));
    return handles;
}

/// Ends master when its time (-e) is over.
class Lifetime final : public event::Timer {
public:
    explicit Lifetime(Supervisor& supervisor) : supervisor_(supervisor) {}
    void expired() override { supervisor_.stop(SIGALRM, patience); }

private:
    Supervisor& supervisor_;
};

int serve(const Options& options, Plan plan, LogBook& book, Background& background) {
    const Log log(book);
    hold_signals(SIG_BLOCK);
    const InstanceLock lock = take_lock(plan, log);
    event::Loop loop;
    const LogOrder order(book);
    const service::LogTimer timer(loop, book);
    const report::Wording wording = service::wording(plan.config);
    report::Counters counters;
    const Reporter reporter(log, wording, counters);

    Systemd systemd(loop);
    House house{loop, reporter, order.page(), nullptr, options.verbosity};
    const config::Config config = plan.config;
    Supervisor supervisor(house, std::move(plan), systemd);
    if (auto opened = supervisor.open(); !opened) log.fatal("{}", opened.error().text);
    const auto signals =
        listen_to_signals(loop, supervisor, options.is_init ? patience_of_init : patience);
    hold_signals(SIG_UNBLOCK);
    Lifetime lifetime(supervisor);
    if (options.lifetime) loop.set(lifetime, loop.in(*options.lifetime));

    close_standard_files(options);
    supervisor.begin();
    background.ready();
    if (options.debug || service::is_debugged_by_environment())
        service::run_debugger(config, "master", log);
    loop.run();
    return 0;
}

}  // namespace

int run(int argc, char** argv) {
    const auto options = parse_options(argc, argv);
    LogBook book(early_log_tag("master"));
    book.add(std::make_unique<StandardErrorSink>("master"));
    if (!options) Log(book).fatal("{}", options.error().text);
    book.set_verbosity(options->verbosity);
    const std::string directory = config::choose_directory(options->config_directory);
    if (options->only_tests) return test(directory, book);

    close_inherited();
    Background background(*options);
    Plan plan = read_plan(directory, book);
    if (!options->stays_attached && !::isatty(STDERR_FILENO)) book.remove_sinks();
    open_log(book, plan.config);
    if (::geteuid() != 0)
        Log(book).warning("not started by root: the whole mail system runs as user {}", ::geteuid());
    ::umask(077);
    raise_descriptor_limit();
    return serve(*options, std::move(plan), book, background);
}

}  // namespace postern::master

int main(int argc, char** argv) { return postern::master::run(argc, argv); }
