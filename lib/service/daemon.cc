// The life of a daemon under master; see the header.
#include "lib/service/daemon.h"

#include "lib/base/open_log.h"
#include "lib/base/strings.h"
#include "lib/service/file_watcher.h"
#include "lib/service/identity.h"
#include "lib/service/log_settings.h"
#include "lib/service/passed_client.h"
#include "lib/service/wording_of.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

namespace postern::service {

namespace {

/// Enough for the journal to commit many files at once; more do not pay.
constexpr std::size_t disk_threads = 24;
constexpr std::size_t name_threads = 16;
/// Descriptors for everything that is no session: log, tables, queue files, other services.
constexpr std::size_t spare_descriptors = 128;
/// Another daemon has all that it says ready before it connects.
constexpr seconds handover_time{10};

/// What master hands over is for us, not for the commands that we run.
void keep_from_commands(int sockets) {
    for (const int fd : {master_link_fd, counters_fd}) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
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

/// The child's end of the socket to master; there is none when somebody started us by hand.
class Daemon::Link {
public:
    explicit Link(Daemon& daemon) : daemon_(daemon), socket_(master_link_fd) {
        event_ = daemon.loop_.watch_read(
            socket_.get(), event::Loop::Trigger::level,
            [](int, short, void* self) { static_cast<Link*>(self)->read(); }, this);
    }
    static bool exists() {
        int type = 0;
        socklen_t size = sizeof type;
        return ::getsockopt(master_link_fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
               type == SOCK_SEQPACKET;
    }
    void send(const ChildStatus& status) {
        const std::string packet = encode_status(status);
        // A full socket means that master is stuck; it will hear of the next change.
        std::ignore =
            ::send(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }

private:
    void read() {
        char packet[256];
        const ssize_t got = ::recv(socket_.get(), packet, sizeof packet, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (got <= 0) {
            event_.reset();
            daemon_.master_is_gone();
        } else if (const auto order = decode_order({packet, static_cast<std::size_t>(got)})) {
            daemon_.obey(*order);
        }
    }
    Daemon& daemon_;
    Fd socket_;
    event::EventHandle event_;
};

/// Writes the log when its lines have waited long enough.
class Daemon::Schedule final : public LogSchedule, private event::Timer, private event::TurnEnd {
public:
    Schedule(event::Loop& loop, LogBook& book) : loop_(loop), book_(book) {}
    void flush_within(milliseconds wait) override {
        if (wait <= milliseconds(0))
            loop_.request(*this);
        else
            loop_.set(*this, loop_.in(wait));
    }

private:
    void expired() override { book_.flush(); }
    void at_turn_end() override { book_.flush(); }
    event::Loop& loop_;
    LogBook& book_;
};

class Daemon::Watcher : public FileWatcher {
    using FileWatcher::FileWatcher;
};

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
    set_bounds();
    open_reporter();
    for (const std::string& warning : config_->warnings())
        log_->warning("{}", warning);
    tasks_ = std::make_unique<event::TaskGroup>(loop_, on_bug());
    sessions_ = std::make_unique<event::TaskGroup>(loop_, on_bug());
    if (Link::exists()) link_ = std::make_unique<Link>(*this);
    watcher_ = std::make_unique<Watcher>(loop_, [this] { retire(); });
}

Daemon::~Daemon() {
    book_->set_schedule(nullptr);
    book_->flush();
}

event::TaskGroup::OnBug Daemon::on_bug() const {
    return
        [this](const std::string& what) { log_->line(Severity::panic, "internal error: " + what); };
}

void Daemon::parse(int argc, char** argv) {
    // Before main.cf is known, a complaint can only go to standard error and the default log.
    for (int option; (option = ::getopt(argc, argv, "+n:t:s:L:o:culvDS")) != -1;) {
        const std::string_view value = optarg ? optarg : "";
        switch (option) {
            case 'n':
                options_.service_name = value;
                break;
            case 't':
                options_.service_type = value;
                break;
            case 's':
                options_.sockets = static_cast<int>(parse_number(value).value_or(0));
                break;
            case 'L':
                share_ = options_.share = parse_signed(value).value_or(no_limit);
                break;
            case 'c':
                options_.chroot = true;
                break;
            case 'u':
                options_.unprivileged = true;
                break;
            case 'l':
                options_.is_alone = true;
                break;
            case 'v':
                ++verbosity_;
                break;
            case 'D':
            case 'S':
                break;  // of the debugger and of smtpd's main
            case 'o':
                if (const auto pair = cut(value, '=')) {
                    overrides_.push_back(
                        {std::string(trim(pair->first)), std::string(trim(pair->second))});
                    break;
                }
                log_->fatal("bad option -o {}: name=value expected", value);
            default:
                log_->fatal("unknown option; a daemon is started by master(8)");
        }
    }
    options_.arguments.assign(argv + ::optind, argv + argc);
}

void Daemon::load(std::string_view program) {
    config::Source source;
    source.overrides = overrides_;
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
    book_->set_verbosity(verbosity_);
    if (!sink) log_->fatal("{}", sink.error().text);
    book_->remove_sinks();
    book_->add(std::move(*sink));
    schedule_ = std::make_unique<Schedule>(loop_, *book_);
    book_->set_schedule(schedule_.get());
    log_.emplace(*book_);
}

void Daemon::open_reporter() {
    wording_ = wording(*config_);
    // Started by hand there is no file to count in; nobody reads these counts then.
    if (Link::exists())
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

void Daemon::accept_on(int fd, std::function<void(Fd, event::SocketAddress)> accepted) {
    if (auto done = set_nonblocking(fd); !done) log_->fatal("{}", done.error().text);
    listeners_.push_back(std::make_unique<event::Listener>(loop_, Fd(fd), std::move(accepted)));
}

int Daemon::serve(Server& server) {
    in_use_ = [&server] { return server.open_requests(); };
    connections_ = [&server] { return server.connections(); };
    retire_server_ = [&server] { server.retire(); };
    server.on_change([this] { update(); });
    for (int i = 0; i < options_.sockets; ++i)
        accept_on(first_listen_fd + i, [this, &server](Fd socket, event::SocketAddress) {
            ++served_;
            server.accept(std::move(socket));
        });
    return run();
}

namespace {

/// One session, counted for as long as it lives.
Task<void> counted(const Daemon::Serve& serve, Session session, std::size_t& count,
                   std::function<void()> changed) {
    struct Count {
        std::size_t& number;
        const std::function<void()>& changed;
        ~Count() {
            --number;
            changed();
        }
    } guard{++count, changed};
    co_await serve(std::move(session));
}

/// The session of a client that another daemon hands over on this connection.
Task<void> serve_passed(event::Loop& loop, const Log& log, const Daemon::Serve& serve,
                        Session connection) {
    auto socket = std::make_unique<event::Stream>(loop, std::move(connection.socket));
    auto client = co_await take_client(*socket, loop.in(handover_time));
    socket.reset();
    if (!client) {
        log.warning("cannot take a client from another service: {}", client.error().text);
        co_return;
    }
    co_await serve({std::move(client->socket), client->client, client->server});
}

}  // namespace

int Daemon::serve_sessions(Serve serve_client) {
    const Serve serve = options_.service_type != "pass" ? std::move(serve_client)
                                                        : [this, serve_client](Session connection) {
        return serve_passed(loop_, *log_, serve_client, std::move(connection));
    };
    std::size_t open = 0;
    in_use_ = connections_ = [&open] { return open; };
    retire_server_ = [] {};
    for (int i = 0; i < options_.sockets; ++i)
        accept_on(first_listen_fd + i, [&](Fd socket, event::SocketAddress peer) {
            ++served_;
            sessions_->spawn(
                counted(serve, Session{std::move(socket), peer}, open, [this] { update(); }));
            update();
        });
    const int status = run();
    sessions_->cancel();
    return status;
}

int Daemon::serve_datagrams(std::function<void(int fd)> ready) {
    in_use_ = connections_ = [] { return std::size_t{0}; };
    retire_server_ = [] {};
    std::vector<event::EventHandle> events;
    for (int i = 0; i < options_.sockets; ++i)
        events.push_back(loop_.watch_read(
            first_listen_fd + i, event::Loop::Trigger::level,
            [](int fd, short, void* action) {
                (*static_cast<std::function<void(int)>*>(action))(fd);
            },
            &ready));
    return run();
}

int Daemon::run() {
    const auto terminate = loop_.on_signal(SIGTERM, [this] { master_is_gone(); });
    if (!traits_.stays) tasks_->spawn(leave_when_idle());
    update();
    loop_.run();
    listeners_.clear();
    tasks_->cancel();
    return 0;
}

void Daemon::update() {
    ++activity_;
    report_status();
    for (const auto& listener : listeners_) {
        if (reported_->has_room)
            listener->resume();
        else
            listener->pause();
    }
    // A process of many sessions wears out as slowly as many processes of one would.
    if (!traits_.stays && served_ >= max_use_ * session_limit()) retire();
    if (is_retiring_ && may_leave()) loop_.stop();
}

bool Daemon::may_leave() const {
    const bool is_busy =
        std::any_of(busy_.begin(), busy_.end(), [](const auto& busy) { return busy(); });
    // With master gone nobody closes the kept connections, and nobody waits for us.
    return in_use_() == 0 && !is_busy && (is_master_gone_ || connections_() == 0);
}

void Daemon::report_status() {
    const bool is_one = traits_.concurrency == Concurrency::one;
    const std::size_t limit = session_limit();
    ChildStatus now;
    now.takes = traits_.share_is_processes || is_one ? 1 : static_cast<std::int64_t>(limit);
    now.in_use = static_cast<std::int64_t>(in_use_());
    now.is_retiring = is_retiring_;
    now.has_room = !is_retiring_ && (is_one ? connections_() : in_use_()) < limit;
    const bool is_news = !reported_ || is_retiring_ || now.has_room != reported_->has_room ||
                         now.takes != reported_->takes;
    reported_ = now;
    if (link_ && is_news) link_->send(now);
}

void Daemon::obey(const MasterOrder& order) {
    if (order.kind == MasterOrder::limit) {
        share_ = order.value;
        update();
    } else {
        retire();
    }
}

void Daemon::retire() {
    if (std::exchange(is_retiring_, true)) return;
    listeners_.clear();
    for (const auto& action : on_retire_)
        action();
    retire_server_();
    tasks_->spawn(leave_at(loop_.in(config_->time("daemon_timeout"))));
    update();
}

void Daemon::master_is_gone() {
    is_master_gone_ = true;
    if (traits_.ends_with_master) loop_.stop();
    retire();
    update();
}

Task<void> Daemon::leave_when_idle() {
    const auto idle = config_->time("max_idle");
    while (!is_retiring_) {
        const std::size_t before = activity_;
        co_await event::Sleep(loop_, loop_.in(idle));
        if (activity_ == before && in_use_() == 0) retire();
    }
}

Task<void> Daemon::leave_at(Deadline deadline) {
    co_await event::Sleep(loop_, deadline);
    log_->warning("leaving with {} sessions or requests still open after daemon_timeout",
                  in_use_());
    loop_.stop();
}

}  // namespace postern::service
