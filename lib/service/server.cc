// Servers of services; see the header.
#include "lib/service/server.h"

#include "lib/service/frame_stream.h"
#include "lib/service/hello.h"

#include <unordered_map>

namespace postern::service {

namespace {

/// Room is granted anew in pieces of this size, so that a small message needs no grant at all.
constexpr std::size_t grant_step = first_grant / 2;

}  // namespace

Task<Result<std::string>> Content::next(Deadline deadline) {
    while (buffer_.empty() && !is_complete_ && !is_abandoned_)
        if (!co_await changed_.wait(deadline)) co_return Error{Errc::timeout, "timeout"};
    if (is_abandoned_) co_return Error{Errc::closed, "the request was taken back"};
    taken_ += buffer_.size();
    if (!is_complete_ && granted_ - taken_ <= first_grant - grant_step) {
        const std::size_t more = taken_ + first_grant - granted_;
        granted_ += more;
        grant_(more);
    }
    co_return std::exchange(buffer_, {});
}

void Content::append(std::string_view piece) {
    received_ += piece.size();
    buffer_ += piece;
    changed_.notify_all();
}

void Content::complete() {
    is_complete_ = true;
    changed_.notify_all();
}

void Content::abandon() {
    is_abandoned_ = true;
    changed_.notify_all();
}

/// One of the places for requests that run at once.
class Server::Place {
public:
    explicit Place(Server& server) : server_(server) {}
    ~Place() {
        if (!is_taken_) return;
        --server_.running_;
        server_.has_place_.notify_one();
    }
    Place(const Place&) = delete;
    bool try_take() {
        return is_taken_ = server_.running_ < server_.limits_.total && ++server_.running_;
    }

private:
    Server& server_;
    bool is_taken_ = false;
};

/// One request being served.
struct Server::Serving {
    Serving(event::Loop& loop, const event::TaskGroup::OnBug& on_bug,
            std::function<void(std::size_t)> grant, Content::Tell tell)
        : content(loop, std::move(grant), std::move(tell)), task(loop, on_bug) {}

    std::uint32_t id = 0;
    bool outlives_client = false;
    Connection* connection = nullptr;  // while the client is there
    Content content;
    event::TaskGroup task;
};

class Server::Connection : private event::TurnEnd {
public:
    Connection(Server& server, Fd socket);
    ~Connection() override;

    void say_going_away() { put(0, FrameKind::going_away, {}); }

private:
    Task<void> read();
    bool take_frame(const FrameHeader& header, std::string_view payload);
    bool begin(std::uint32_t id, std::string_view payload);
    Task<void> run(Serving& serving, const Known& known, std::string fields);
    void answer(Serving& serving, const Result<std::string>& reply);
    void cancel(std::uint32_t id);
    void give_up(std::unique_ptr<Serving> serving);
    void put(std::uint32_t id, FrameKind kind, std::string_view payload);
    void at_turn_end() override;

    Server& server_;
    Stream stream_;
    std::unordered_map<std::uint32_t, std::unique_ptr<Serving>> servings_;
    std::vector<std::unique_ptr<Serving>> finished_;
    bool is_closed_ = false;
    event::TaskGroup tasks_;
    friend class Server;
};

Server::Connection::Connection(Server& server, Fd socket)
    : server_(server),
      stream_(server.loop_, std::move(socket), event::Pace::independent),
      tasks_(server.loop_, server.on_bug_) {
    Hello hello;
    hello.at_once = static_cast<std::int64_t>(server.limits_.at_once);
    put(0, FrameKind::hello, encode(hello));
    tasks_.spawn(read());
}

Server::Connection::~Connection() {
    tasks_.cancel();
    for (auto& [id, serving] : servings_)
        give_up(std::move(serving));
}

void Server::Connection::put(std::uint32_t id, FrameKind kind, std::string_view payload) {
    send_frame(stream_, id, kind, payload);
}

Task<void> Server::Connection::read() {
    co_await read_frames(stream_, [this](const FrameHeader& header, std::string_view payload) {
        return take_frame(header, payload);
    });
    is_closed_ = true;
    server_.loop_.request(*this);
}

bool Server::Connection::take_frame(const FrameHeader& header, std::string_view payload) {
    if (header.kind == FrameKind::request) return begin(header.id, payload);
    const auto found = servings_.find(header.id);
    if (header.kind == FrameKind::cancel) {
        if (found != servings_.end()) cancel(header.id);
        return true;
    }
    if (found == servings_.end()) return true;  // answered early, or refused
    Content& content = found->second->content;
    if (header.kind == FrameKind::content)
        content.append(payload);
    else if (header.kind == FrameKind::end)
        content.complete();
    else
        return false;
    return content.is_within_grant();
}

bool Server::Connection::begin(std::uint32_t id, std::string_view payload) {
    const std::size_t name_size = payload.empty() ? 0 : static_cast<unsigned char>(payload[0]);
    if (payload.size() < name_size + 2 || servings_.contains(id)) return false;
    const std::string_view name = payload.substr(1, name_size);
    if (server_.is_retiring_) {
        put(id, FrameKind::refused, {});
        return true;
    }
    const auto known = server_.handlers_.find(name);
    if (known == server_.handlers_.end()) {
        put(id, FrameKind::error,
            static_cast<char>(Errc::permanent) + ("unknown request \"" + std::string(name) + "\""));
        return true;
    }
    auto serving = std::make_unique<Serving>(
        server_.loop_, server_.on_bug_,
        [this, id](std::size_t more) {
            put(id, FrameKind::grant, encode_grant(static_cast<std::uint32_t>(more)));
        },
        [this, id](std::string_view progress) { put(id, FrameKind::progress, progress); });
    serving->id = id;
    serving->connection = this;
    serving->outlives_client = known->second.outlives_client;
    if (payload[1 + name_size] == '\0') serving->content.complete();
    ++server_.open_requests_;
    Serving& entered = *servings_.emplace(id, std::move(serving)).first->second;
    server_.changed();
    entered.task.spawn(run(entered, known->second, std::string(payload.substr(name_size + 2))));
    return true;
}

// From here on `this` is used only through serving.connection: the connection may go first.
Task<void> Server::Connection::run(Serving& serving, const Known& known, std::string fields) {
    Server& server = server_;
    Result<std::string> reply = temporary("internal error");
    Place place(server);
    while (!place.try_take())
        co_await server.has_place_.wait();
    try {
        reply = co_await known.handler(std::move(fields), serving.content);
    } catch (const std::exception& bug) {
        server.on_bug_(bug.what());
    }
    --server.open_requests_;
    if (serving.connection) serving.connection->answer(serving, reply);
    server.changed();
}

void Server::Connection::answer(Serving& serving, const Result<std::string>& reply) {
    if (reply)
        put(serving.id, FrameKind::answer, *reply);
    else
        put(serving.id, FrameKind::error,
            static_cast<char>(reply.error().code) + reply.error().text);
    // Still running: it is destroyed when the turn ends.
    auto found = servings_.find(serving.id);
    finished_.push_back(std::move(found->second));
    servings_.erase(found);
    server_.loop_.request(*this);
}

void Server::Connection::cancel(std::uint32_t id) {
    const auto found = servings_.find(id);
    auto serving = std::move(found->second);
    servings_.erase(found);
    give_up(std::move(serving));
    server_.changed();
}

void Server::Connection::give_up(std::unique_ptr<Serving> serving) {
    serving->connection = nullptr;
    if (serving->outlives_client)
        server_.orphans_.push_back(std::move(serving));
    else
        --server_.open_requests_;
}

void Server::Connection::at_turn_end() {
    finished_.clear();
    Server& server = server_;
    if (is_closed_)
        server.connections_.remove_if([this](const auto& one) { return one.get() == this; });
    server.orphans_.remove_if([](const auto& orphan) { return orphan->task.empty(); });
    server.changed();
}

Server::Server(event::Loop& loop, Limits limits, event::TaskGroup::OnBug on_bug)
    : loop_(loop), limits_(limits), on_bug_(std::move(on_bug)), has_place_(loop) {}

Server::~Server() = default;

void Server::accept(Fd socket) {
    connections_.push_back(std::make_unique<Connection>(*this, std::move(socket)));
    changed();
}

void Server::retire() {
    if (std::exchange(is_retiring_, true)) return;
    for (const auto& connection : connections_)
        connection->say_going_away();
    changed();
}

}  // namespace postern::service
