// A client of one service of ours: kept connections, shared by all who ask.
#pragma once

#include "lib/event/condition.h"
#include "lib/event/group.h"
#include "lib/event/stream.h"
#include "lib/service/codec.h"
#include "lib/service/frame.h"

#include <functional>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace postern::service {

class ClientConnection;

/// One request under way, owned by whoever asked; ending it tells the server.
class Exchange {
public:
    explicit Exchange(event::Loop& loop) : changed(loop) {}
    ~Exchange();
    Exchange(const Exchange&) = delete;

    std::optional<Result<std::string>> answer;   ///< the bytes of the reply
    std::deque<std::string> progress;            ///< said before the answer, not heard yet
    bool was_refused = false;                    ///< not begun; may be sent to another process
    bool is_lost = false;                        ///< the connection broke; nobody knows
    std::size_t credit = first_grant;            ///< bytes of content that may still be sent
    event::Condition changed;                    ///< an answer came, or credit
    ClientConnection* connection = nullptr;      ///< while it is open and unanswered
    std::uint32_t id = 0;
};

/// What a request is called and whether it may be sent twice: `static constexpr bool
/// is_idempotent = true` in its struct.
template <class Request>
constexpr bool is_idempotent() {
    if constexpr (requires { Request::is_idempotent; })
        return Request::is_idempotent;
    else
        return false;
}

/// Requests to the service whose socket is at `path` ("private/rewrite", relative to the queue
/// directory). Connections open with the first request and are kept; requests share them up to
/// the number that the server takes at once, then a further one is opened, up to
/// `max_connections`. A request that finds no room waits for it until its deadline.
/// Errors: what the service answered; temporary when it cannot be reached until the deadline or
/// its process died with the request (an idempotent one is repeated first); timeout.
class Client {
public:
    struct Limits {
        std::size_t max_connections = 4;
        /// Requests on one connection above which a further one is opened.
        std::size_t spread_above = 64;
        /// Nobody listened for so long: requests need not wait until their deadline. Zero: they do.
        /// master listens on all sockets while it runs, so it is being started, or has stopped.
        seconds patience{10};
        /// A connection is closed when nobody has used it for so long, and when it is so old, then as
        /// soon as nothing is under way on it. Zero: never. (ipc_idle, ipc_ttl)
        Monotonic::duration idle{0}, life{0};
    };

    Client(event::Loop& loop, std::string path);
    Client(event::Loop& loop, std::string path, Limits limits);
    ~Client();
    Client(const Client&) = delete;

    /// Asks, and waits for the answer.
    template <class Request>
    Task<Result<typename Request::Reply>> call(Request request, Deadline deadline) {
        const std::string frame = request_frame(Request::frame_name, false, encode(request));
        auto answer = co_await ask(frame, is_idempotent<Request>(), deadline);
        if (!answer) co_return answer.error();
        co_return decode<typename Request::Reply>(*answer);
    }

    /// Connections with nothing under way are closed, and no further ones opened on their own.
    void close_idle();
    bool is_idle() const noexcept;
    /// Requests that the open connections take at once; `on_growth` is told when they are more.
    std::size_t slots() const noexcept;
    void on_growth(std::function<void()> call) { on_growth_ = std::move(call); }
    const std::string& path() const noexcept { return path_; }

private:
    friend class ClientConnection;
    template <class Request>
    friend class Upload;

    static std::string request_frame(std::string_view name, bool has_content,
                                     std::string_view fields);
    Task<Result<std::string>> ask(std::string frame, bool is_idempotent, Deadline deadline);
    /// A connection with room for one more request, on which `exchange` is entered.
    Task<Result<void>> enter(Exchange& exchange, Deadline deadline);
    Task<Result<std::string>> wait_for_answer(Exchange& exchange, Deadline deadline);
    ClientConnection* with_room();
    bool wants_more() const;
    Task<void> open();
    void drop_closed();
    bool is_given_up() const;
    Error unreachable() const;
    Error timed_out() const { return {Errc::timeout, path_ + ": timeout"}; }

    event::Loop& loop_;
    const std::string path_;
    const Limits limits_;
    std::vector<std::unique_ptr<ClientConnection>> connections_;
    event::Condition has_room_;
    std::size_t waiting_ = 0;
    bool is_opening_ = false;
    bool is_one_at_a_time_ = false;   ///< as the service last said of itself
    std::string last_failure_;
    std::optional<Monotonic> failing_since_;   ///< no connection could be opened
    std::function<void()> on_growth_;
    event::TaskGroup tasks_;
};

/// One connection of a client; its own business, here for the templates below.
class ClientConnection : private event::TurnEnd, private event::Timer {
public:
    ClientConnection(Client& client, Fd socket);
    ~ClientConnection() override;

    void enter(Exchange& exchange);
    void leave(Exchange& exchange);   // cancelled by its owner
    void put_frame(std::uint32_t id, FrameKind kind, std::string_view payload);

    bool has_room() const noexcept {
        return is_greeted_ && is_usable() && exchanges_.size() < at_once_;
    }
    bool is_greeted() const noexcept { return is_greeted_; }
    bool is_idle() const noexcept { return exchanges_.empty(); }
    bool is_closed() const noexcept { return is_closed_; }
    bool is_usable() const noexcept { return !is_going_away_ && !is_closed_; }
    std::size_t slots() const noexcept { return is_greeted_ && is_usable() ? at_once_ : 0; }
    std::size_t open_requests() const noexcept { return exchanges_.size(); }

private:
    Task<void> read();
    bool take_frame(const FrameHeader& header, std::string_view payload);
    bool greeted(std::string_view payload);
    void settle(std::uint32_t id, const std::function<void(Exchange&)>& how);
    void lose_all();
    void give_up();
    void close_if_done();
    void at_turn_end() override;
    void begin_to_age();
    void watch_age();
    void expired() override;

    Client& client_;
    Stream stream_;
    std::unordered_map<std::uint32_t, Exchange*> exchanges_;
    std::uint32_t next_id_ = 1;
    Deadline end_of_life_;
    Monotonic last_use_;
    std::size_t at_once_ = 0;
    bool is_greeted_ = false, is_going_away_ = false, is_closed_ = false;
    event::TaskGroup tasks_;
};

/// A request with content: `begin`, `send` as often as needed, `finish`. Destroyed before
/// finish() has its answer, it is taken back, and the server forgets it. A process that is
/// retiring refuses before it grants anything, so what must be sent again is never more than
/// `first_grant` bytes; that is done here, unseen.
template <class Request>
class Upload {
public:
    explicit Upload(Client& client)
        : client_(client), exchange_(std::make_unique<Exchange>(client.loop_)) {}

    Task<Result<void>> begin(Request request, Deadline deadline) {
        frame_ = Client::request_frame(Request::frame_name, true, encode(request));
        co_return co_await enter(deadline);
    }

    /// Sends a piece; waits while the server wants no more. An error may mean that the server
    /// has answered early: finish() tells.
    Task<Result<void>> send(std::string_view piece, Deadline deadline) {
        while (!piece.empty()) {
            if (exchange_->was_refused)
                if (auto again = co_await send_again(deadline); !again) co_return again;
            if (is_over()) co_return temporary(client_.path() + ": request ended early");
            if (exchange_->credit == 0) {
                if (!co_await exchange_->changed.wait(deadline)) co_return client_.timed_out();
                continue;
            }
            const auto part = piece.substr(0, std::min(exchange_->credit, max_content_in_frame));
            piece.remove_prefix(part.size());
            put_content(part);
        }
        co_return success();
    }

    Task<Result<typename Request::Reply>> finish(Deadline deadline) {
        for (;;) {
            put(FrameKind::end, {});
            auto answer = co_await client_.wait_for_answer(*exchange_, deadline);
            if (exchange_->was_refused) {
                if (auto again = co_await send_again(deadline); !again) co_return again.error();
                continue;
            }
            if (!answer) co_return answer.error();
            co_return decode<typename Request::Reply>(*answer);
        }
    }

    /// What the server says before its answer (Content::tell). Error: it has answered, or is gone;
    /// finish() tells; timeout.
    template <class Progress>
    Task<Result<Progress>> hear(Deadline deadline) {
        while (exchange_->progress.empty()) {
            if (exchange_->was_refused) {
                if (auto again = co_await send_again(deadline); !again) co_return again.error();
            } else if (is_over()) {
                co_return temporary(client_.path() + ": request ended early");
            } else if (!co_await exchange_->changed.wait(deadline)) {
                co_return client_.timed_out();
            }
        }
        const std::string said = std::move(exchange_->progress.front());
        exchange_->progress.pop_front();
        co_return decode<Progress>(said);
    }

    /// The server has answered already, or is gone.
    bool is_over() const noexcept { return !exchange_->connection && !exchange_->was_refused; }

private:
    Task<Result<void>> enter(Deadline deadline) {
        auto entered = co_await client_.enter(*exchange_, deadline);
        if (entered) put(FrameKind::request, frame_);
        co_return entered;
    }

    Task<Result<void>> send_again(Deadline deadline) {
        exchange_ = std::make_unique<Exchange>(client_.loop_);
        auto entered = co_await enter(deadline);
        if (entered) put_content(std::exchange(sent_, {}));
        co_return entered;
    }

    void put_content(std::string_view part) {
        exchange_->credit -= part.size();
        sent_size_ += part.size();
        if (sent_size_ <= first_grant)
            sent_ += part;
        else
            sent_ = {};
        if (!part.empty()) put(FrameKind::content, part);
    }

    void put(FrameKind kind, std::string_view payload) {
        if (exchange_->connection) exchange_->connection->put_frame(exchange_->id, kind, payload);
    }

    Client& client_;
    std::unique_ptr<Exchange> exchange_;   // a fresh one for each try
    std::string frame_;
    std::string sent_;   // all content so far, while it may have to be sent again
    std::size_t sent_size_ = 0;
};
}  // namespace postern::service
