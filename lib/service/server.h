// The server side of a service: takes requests from many connections, and many from each.
#pragma once

#include "lib/event/condition.h"
#include "lib/event/group.h"
#include "lib/event/stream.h"
#include "lib/service/codec.h"
#include "lib/service/frame.h"

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace postern::service {

/// The content of a request, as it arrives.
class Content {
public:
    using Tell = std::function<void(std::string_view)>;
    Content(event::Loop& loop, std::function<void(std::size_t)> grant, Tell tell = {})
        : changed_(loop), grant_(std::move(grant)), tell_(std::move(tell)) {}

    /// The next piece; "" when the content is complete. Errors: closed (the client took the
    /// request back or is gone), timeout.
    Task<Result<std::string>> next(Deadline deadline);

    /// Says something to the client before the answer (Upload::hear).
    template <class Progress>
    void tell(const Progress& progress) const {
        if (tell_) tell_(encode(progress));
    }

    // For the connection that fills it.
    void append(std::string_view piece);
    void complete();
    void abandon();
    /// The client kept to what it was granted.
    bool is_within_grant() const noexcept { return received_ <= granted_; }

private:
    event::Condition changed_;
    std::function<void(std::size_t)> grant_;
    Tell tell_;
    std::string buffer_;
    std::size_t received_ = 0, granted_ = first_grant, taken_ = 0;
    bool is_complete_ = false, is_abandoned_ = false;
};

/// Whether the handling of a request goes on when its client has gone or taken it back, as a
/// delivery must: `static constexpr bool outlives_client = true` in its struct.
template <class Request>
constexpr bool outlives_client() {
    if constexpr (requires { Request::outlives_client; })
        return Request::outlives_client;
    else
        return false;
}

/// Dispatches requests to handlers and sends their answers, in whatever order they come.
class Server {
public:
    using RawHandler = std::function<Task<Result<std::string>>(std::string fields, Content& content)>;

    struct Limits {
        std::size_t at_once = 1000;        ///< requests on one connection (1: one at a time)
        std::size_t connections = 1000;    ///< above, no further connection is accepted
        std::size_t total = 1000;          ///< requests of all connections; others wait for a place
    };
    Server(event::Loop& loop, Limits limits, event::TaskGroup::OnBug on_bug);
    ~Server();

    /// `handler` is called as handler(Request) or handler(Request, Content&), and gives
    /// Task<Result<Request::Reply>>. It is kept for the server's life, so it may be a lambda that
    /// calls a coroutine, not one that is a coroutine itself.
    template <class Request, class Handler>
    void on(Handler handler) {
        handlers_[std::string(Request::frame_name)] = {
            [handler = std::move(handler)](std::string fields, Content& content) {
                return serve<Request>(handler, std::move(fields), content);
            },
            outlives_client<Request>()};
    }

    /// A new connection; it is greeted at once.
    void accept(Fd socket);
    bool has_room() const noexcept { return !is_retiring_ && connections_.size() < limits_.connections; }

    /// Takes no more requests, tells all clients, and answers what it took.
    void retire();
    std::size_t open_requests() const noexcept { return open_requests_; }
    std::size_t connections() const noexcept { return connections_.size(); }
    /// Called whenever has_room(), open_requests() or connections() may have changed.
    void on_change(std::function<void()> action) { changed_ = std::move(action); }

private:
    class Connection;
    struct Known {
        RawHandler handler;
        bool outlives_client = false;
    };
    struct Serving;

    template <class Request, class Handler>
    static Task<Result<std::string>> serve(const Handler& handler, std::string fields,
                                           Content& content) {
        auto request = decode<Request>(fields);
        if (!request) co_return request.error().in(Request::frame_name);
        if constexpr (std::is_invocable_v<const Handler&, Request, Content&>)
            co_return encoded(co_await handler(std::move(*request), content));
        else
            co_return encoded(co_await handler(std::move(*request)));
    }
    template <class Reply>
    static Result<std::string> encoded(const Result<Reply>& reply) {
        if (!reply) return reply.error();
        return encode(*reply);
    }
    class Place;
    void changed() const {
        if (changed_) changed_();
    }

    event::Loop& loop_;
    const Limits limits_;
    event::TaskGroup::OnBug on_bug_;
    std::map<std::string, Known, std::less<>> handlers_;
    std::function<void()> changed_;
    std::size_t open_requests_ = 0, running_ = 0;
    event::Condition has_place_;
    bool is_retiring_ = false;
    std::list<std::unique_ptr<Serving>> orphans_;   // outlive their clients
    std::list<std::unique_ptr<Connection>> connections_;
};

}  // namespace postern::service
