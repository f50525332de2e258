// c-ares in the loop; see the header.
#include "lib/dns/name_servers.h"

#include "lib/base/strings.h"
#include "lib/dns/message.h"

#include <ares.h>
#include <arpa/nameser.h>

#include <map>
#include <stdexcept>

namespace postern::dns {

namespace {

constexpr std::size_t alias_questions = 10;   // a server that gives aliases without their targets

const char* const try_again = "Host not found, try again";

/// c-ares keeps global state; one of these per channel keeps it there.
class Library {
public:
    Library() {
        if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
            throw std::runtime_error("cannot initialise c-ares");
    }
    ~Library() { ares_library_cleanup(); }
    Library(const Library&) = delete;
};

ResolvConf read_conf(const std::string& path) {
    auto text = read_file(path, 65536);
    // Without a file the server of this host is asked (resolv.conf(5)).
    return ResolvConf::parse(text ? *text : std::string());
}

}  // namespace

/// The c-ares channel, its sockets and its timer.
struct NameServers::Channel : private event::Timer {
    Channel(event::Loop& in_loop, const NameServerSettings& settings, const ResolvConf& conf);
    ~Channel() override { ares_destroy(channel_); }
    Channel(const Channel&) = delete;

    class Question;

private:
    struct Watched {
        event::EventHandle reading, writing;
    };
    static void state_changed(void* self, ares_socket_t fd, int reading, int writing);
    void watch(int fd, bool reading, bool writing);
    void process(int readable, int writable);
    void expired() override { process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); }
    void set_timer();

    Library library_;
    event::Loop& loop_;
    std::map<int, Watched> watched_;
    ares_channel channel_ = nullptr;
};

NameServers::Channel::Channel(event::Loop& in_loop, const NameServerSettings& settings,
                              const ResolvConf& conf)
    : loop_(in_loop) {
    ares_options options{};
    options.sock_state_cb = state_changed;
    options.sock_state_cb_data = this;
    options.timeout = static_cast<int>(milliseconds(conf.timeout).count());
    options.tries = conf.attempts;
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_STAYOPEN;
    if (conf.use_tcp) options.flags |= ARES_FLAG_USEVC;
    options.resolvconf_path = const_cast<char*>(settings.resolv_conf.c_str());   // c-ares copies it
    int which = ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS |
                ARES_OPT_RESOLVCONF;
    which |= conf.rotate ? ARES_OPT_ROTATE : ARES_OPT_NOROTATE;
    const int status = ares_init_options(&channel_, &options, which);
    if (status != ARES_SUCCESS)
        throw std::runtime_error(std::string("cannot initialise c-ares: ") + ares_strerror(status));
    if (!settings.servers.empty())
        ares_set_servers_ports_csv(channel_, settings.servers.c_str());
}

void NameServers::Channel::state_changed(void* self, ares_socket_t fd, int reading, int writing) {
    static_cast<Channel*>(self)->watch(fd, reading != 0, writing != 0);
}

void NameServers::Channel::watch(int fd, bool reading, bool writing) {
    Watched& watched = watched_[fd];
    if (!reading) watched.reading.reset();
    if (!writing) watched.writing.reset();
    if (!reading && !writing) {
        watched_.erase(fd);
        return;
    }
    const auto level = event::Loop::Trigger::level;
    if (reading && !watched.reading)
        watched.reading = loop_.watch_read(
            fd, level,
            [](int ready, short, void* self) {
                static_cast<Channel*>(self)->process(ready, ARES_SOCKET_BAD);
            },
            this);
    if (writing && !watched.writing)
        watched.writing = loop_.watch_write(
            fd,
            [](int ready, short, void* self) {
                static_cast<Channel*>(self)->process(ARES_SOCKET_BAD, ready);
            },
            this, level);
}

void NameServers::Channel::process(int readable, int writable) {
    ares_process_fd(channel_, readable, writable);
    set_timer();
}

void NameServers::Channel::set_timer() {
    timeval wait{};
    if (!ares_timeout(channel_, nullptr, &wait)) {
        stop();
        return;
    }
    loop_.set(*this, loop_.in(seconds(wait.tv_sec) + microseconds(wait.tv_usec)));
}

/// One question under way: awaits to the message that answers it.
class NameServers::Channel::Question : private event::Timer {
public:
    Question(Channel& channel, std::string bytes, Deadline deadline)
        : channel_(channel), bytes_(std::move(bytes)), deadline_(deadline) {}
    ~Question() override {
        if (asked_) asked_->by = nullptr;
    }
    Question(const Question&) = delete;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        waiter_.suspend(handle);
        channel_.loop_.set(*this, deadline_);
        asked_ = new Asked{this};
        ares_send(channel_.channel_, reinterpret_cast<const unsigned char*>(bytes_.data()),
                  static_cast<int>(bytes_.size()), answered, asked_);
        channel_.set_timer();
    }
    Result<std::string> await_resume() { return std::move(result_); }

private:
    /// Lives until c-ares has called back; `by` is gone when the wait was ended first.
    struct Asked {
        Question* by;
    };
    static void answered(void* context, int status, int, unsigned char* message, int size) {
        const std::unique_ptr<Asked> asked(static_cast<Asked*>(context));
        if (!asked->by) return;
        asked->by->asked_ = nullptr;
        if (status == ARES_SUCCESS)
            asked->by->finish(std::string(reinterpret_cast<char*>(message),
                                          static_cast<std::size_t>(size)));
        else
            asked->by->finish(temporary(try_again));
    }
    void expired() override { finish(Error{Errc::timeout, try_again}); }
    void finish(Result<std::string> result) {
        stop();
        result_ = std::move(result);
        channel_.loop_.resume_soon(waiter_);
    }

    Channel& channel_;
    std::string bytes_;
    Deadline deadline_;
    event::Waiter waiter_;
    Asked* asked_ = nullptr;   // owned by c-ares until it calls back
    Result<std::string> result_ = temporary(try_again);
};

NameServers::NameServers(event::Loop& loop, const NameServerSettings& settings)
    : conf_(read_conf(settings.resolv_conf)),
      completion_(settings.completion),
      dnssec_(settings.dnssec),
      channel_(std::make_unique<Channel>(loop, settings, conf_)) {}

NameServers::~NameServers() = default;

namespace {

Response::Outcome outcome_of(const Reply& reply) {
    if (reply.code == NXDOMAIN) return Response::no_such_name;
    if (!reply.records.empty()) return Response::found;
    return reply.complaints.empty() ? Response::no_data : Response::malformed;
}

Response response_of(Reply reply) {
    Response response;
    response.outcome = outcome_of(reply);
    response.records = std::move(reply.records);
    response.canonical_name = std::move(reply.canonical_name);
    response.is_authenticated = reply.is_authenticated;
    response.ttl = reply.ttl;
    response.complaints = std::move(reply.complaints);
    return response;
}

}  // namespace

Task<Result<Response>> NameServers::look_up_exactly(std::string asked, Type type,
                                                    Deadline deadline) {
    const Error circle = permanent("Name server loop for " + printable(asked));
    std::string name = std::move(asked);
    bool is_authenticated = true;
    for (std::size_t tries = 0; tries < alias_questions; ++tries) {
        auto bytes = question(name, type, dnssec_);
        if (!bytes) {   // no such name can exist
            Response none;
            none.outcome = Response::no_such_name;
            none.canonical_name = name;
            co_return none;
        }
        auto message = co_await Channel::Question(*channel_, std::move(*bytes), deadline);
        if (!message) co_return message.error();
        auto reply = parse_reply(
            std::span(reinterpret_cast<const unsigned char*>(message->data()), message->size()),
            name, type);
        if (!reply && reply.error().is_permanent()) co_return circle;
        if (!reply) co_return temporary(try_again);
        if (reply->code != NOERROR && reply->code != NXDOMAIN) co_return temporary(try_again);

        is_authenticated = is_authenticated && reply->is_authenticated;
        const bool is_only_alias = reply->aliases > 0 && reply->records.empty() &&
                                   reply->complaints.empty() && reply->code == NOERROR;
        if (!is_only_alias) {
            reply->is_authenticated = is_authenticated;
            co_return response_of(std::move(*reply));
        }
        name = std::move(reply->canonical_name);
    }
    co_return circle;
}

Task<Result<Response>> NameServers::look_up(std::string name, Type type, Deadline deadline) {
    // The answer about the name as it is tells most, where no completion of it exists.
    std::optional<Response> best;
    for (const std::string& candidate : candidates(name, conf_, completion_)) {
        auto answer = co_await look_up_exactly(candidate, type, deadline);
        if (!answer || answer->outcome == Response::found) co_return answer;
        if (!best || answer->outcome == Response::no_data) best = std::move(*answer);
    }
    co_return std::move(*best);
}

}  // namespace postern::dns
