// A daemon at work, until it retires, idles out, or master is gone; see the header.
#include "lib/service/daemon.h"

#include "lib/event/watchdog.h"
#include "lib/service/heap.h"
#include "lib/service/passed_client.h"

#include <algorithm>
#include <csignal>

namespace postern::service {

namespace {

/// How long the last clients of a stopped mail system may be silent.
constexpr milliseconds last_patience{200};
/// How long they may take to end what they have begun.
constexpr seconds farewell_time{10};
/// So long nothing new must have come before memory goes back to the system.
constexpr milliseconds quiet_time{250};

}  // namespace

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

/// Another daemon has all that it says ready before it connects.
constexpr seconds handover_time{10};

/// One session, counted for as long as it lives. It holds what was accepted, so that this does not.
Task<void> counted(Task<void> session, std::size_t& count, std::function<void()> changed) {
    struct Count {
        std::size_t& number;
        const std::function<void()>& changed;
        ~Count() {
            --number;
            changed();
        }
    } guard{++count, changed};
    co_await std::move(session);
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
                counted(serve({std::move(socket), peer}), open, [this] { update(); }));
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
    keep_heap();
    tasks_->spawn(give_memory_back());
    update();
    const event::Watchdog watchdog(loop_, config_->time(traits_.watchdog_timeout));
    loop_.run();
    listeners_.clear();
    tasks_->cancel();
    return 0;
}

void Daemon::update() {
    ++activity_;
    if (has_been_active_.has_waiters()) has_been_active_.notify_all();
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
    return in_use_() == 0 && !is_busy && (connections_() == 0 || has_lingered_);
}

void Daemon::report_status() {
    const bool is_one = traits_.concurrency == Concurrency::one;
    const std::size_t limit = session_limit();
    ChildStatus now;
    now.takes = traits_.share_is_processes || is_one ? 1 : static_cast<std::int64_t>(limit);
    // The last clients of postscreen may stay for minutes; its next process is needed at once.
    if (is_retiring_ && traits_.share_is_processes && !sessions_->empty()) now.takes = 0;
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
    if (is_retiring_) return;
    stop_accepting();
    retire_server_();
    update();
}

void Daemon::stop_accepting() {
    is_retiring_ = true;
    listeners_.clear();
    for (const auto& action : on_retire_)
        action();
    tasks_->spawn(leave_at(loop_.in(config_->time("daemon_timeout"))));
}

void Daemon::master_is_gone() {
    if (std::exchange(is_master_gone_, true)) return;
    if (traits_.ends_with_master) loop_.stop();
    if (!is_retiring_) stop_accepting();
    update();
    tasks_->spawn(linger());
    // A client that hears no reply sends again; requests of our own daemons are answered.
    if (!sessions_->empty()) tasks_->spawn(leave_at(loop_.in(farewell_time)));
}

/// With master gone there is no other process for a request: those who are in the middle of something
/// are served until nobody has asked for a while. The connections that others keep do not count.
Task<void> Daemon::linger() {
    for (std::size_t before = 0; before != activity_;) {
        before = activity_;
        co_await event::Sleep(loop_, loop_.in(last_patience));
    }
    has_lingered_ = true;
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

/// What a busy time has left unused is not kept through the quiet time after it.
Task<void> Daemon::give_memory_back() {
    for (;;) {
        co_await has_been_active_.wait();
        for (std::size_t before = activity_ - 1; before != activity_;) {
            before = activity_;
            co_await event::Sleep(loop_, loop_.in(quiet_time));
        }
        trim_heap();
    }
}

Task<void> Daemon::leave_at(Deadline deadline) {
    co_await event::Sleep(loop_, deadline);
    log_->warning("leaving with {} sessions or requests still open {}", in_use_(),
                  is_master_gone_ ? "after the end of the mail system" : "after daemon_timeout");
    loop_.stop();
}

}  // namespace postern::service
