// Clients of services; see the header.
#include "lib/service/client.h"

#include "lib/event/socket.h"
#include "lib/service/frame_stream.h"
#include "lib/service/hello.h"

#include <algorithm>

namespace postern::service {

namespace {

using std::chrono::milliseconds;

/// master listens on all sockets, so a refusal means that it is starting or stopping.
constexpr milliseconds retry_pause{50};
constexpr seconds connect_limit{60};

}  // namespace

Exchange::~Exchange() {
    if (connection) connection->leave(*this);
}

Client::Client(event::Loop& loop, std::string path) : Client(loop, std::move(path), Limits()) {}

Client::Client(event::Loop& loop, std::string path, Limits limits)
    : loop_(loop), path_(std::move(path)), limits_(limits), has_room_(loop), tasks_(loop) {}

Client::~Client() {
    tasks_.cancel();
}

std::string Client::request_frame(std::string_view name, bool has_content,
                                  std::string_view fields) {
    std::string payload;
    append_field_name(payload, name);
    payload += has_content ? '\1' : '\0';
    payload += fields;
    return payload;
}

Task<Result<std::string>> Client::ask(std::string frame, bool is_idempotent, Deadline deadline) {
    for (;;) {
        Exchange exchange(loop_);
        if (auto entered = co_await enter(exchange, deadline); !entered) co_return entered.error();
        exchange.connection->put_frame(exchange.id, FrameKind::request, frame);
        auto answer = co_await wait_for_answer(exchange, deadline);
        if (exchange.was_refused || (exchange.is_lost && is_idempotent)) continue;
        co_return answer;
    }
}

Task<Result<std::string>> Client::wait_for_answer(Exchange& exchange, Deadline deadline) {
    while (!exchange.answer && exchange.connection)
        if (!co_await exchange.changed.wait(deadline)) co_return timed_out();
    if (exchange.answer) co_return std::move(*exchange.answer);
    co_return temporary(path_ + (exchange.was_refused ? ": service is restarting"
                                                      : ": lost connection to the service"));
}

Task<Result<void>> Client::enter(Exchange& exchange, Deadline deadline) {
    ++waiting_;
    struct Count {
        std::size_t& number;
        ~Count() { --number; }
    } count{waiting_};
    for (;;) {
        if (wants_more()) tasks_.spawn(open());
        if (ClientConnection* connection = with_room()) {
            connection->enter(exchange);
            // One wake-up may stand for room for several.
            if (with_room()) has_room_.notify_one();
            co_return success();
        }
        if (!co_await has_room_.wait(deadline) || is_given_up()) co_return unreachable();
    }
}

ClientConnection* Client::with_room() {
    drop_closed();
    ClientConnection* best = nullptr;
    for (const auto& connection : connections_) {
        if (!connection->has_room()) continue;
        if (!best || connection->open_requests() < best->open_requests()) best = connection.get();
    }
    return best;
}

bool Client::wants_more() const {
    if (is_opening_) return false;
    std::size_t usable = 0, promising = 0;
    for (const auto& connection : connections_) {
        if (!connection->is_usable()) continue;
        ++usable;
        // One that is not greeted yet may have all the room that is needed.
        if (!connection->is_greeted() ||
            (connection->has_room() && connection->open_requests() < limits_.spread_above))
            ++promising;
    }
    const std::size_t wanted = is_one_at_a_time_ ? waiting_ : 1;
    return usable < limits_.max_connections && promising < wanted;
}

Task<void> Client::open() {
    is_opening_ = true;
    auto address = event::SocketAddress::unix_path(path_);
    auto socket = address ? co_await event::connect_to(loop_, *address, loop_.in(connect_limit))
                          : Result<Fd>(address.error());
    if (socket) {
        connections_.push_back(std::make_unique<ClientConnection>(*this, std::move(*socket)));
        last_failure_.clear();
        // Somebody of another version is not to be asked all the time.
        if (failing_since_) co_await event::Sleep(loop_, loop_.in(retry_pause));
    } else {
        last_failure_ = socket.error().text;
        if (!failing_since_) failing_since_ = loop_.now();
        co_await event::Sleep(loop_, loop_.in(retry_pause));
    }
    is_opening_ = false;
    has_room_.notify_all();  // they see whether that is enough
}

void Client::drop_closed() {
    std::erase_if(connections_, [](const auto& connection) { return connection->is_closed(); });
}

std::size_t Client::slots() const noexcept {
    std::size_t number = 0;
    for (const auto& connection : connections_) number += connection->slots();
    return number;
}

/// A later request tries to connect once more before it looks at this.
bool Client::is_given_up() const {
    return limits_.patience > seconds(0) && failing_since_ && !is_opening_ &&
           connections_.empty() && loop_.now() - *failing_since_ >= limits_.patience;
}

Error Client::unreachable() const {
    return temporary(path_ + ": " + (last_failure_.empty() ? "no answer" : last_failure_));
}

void Client::close_idle() {
    std::erase_if(connections_, [](const auto& connection) { return connection->is_idle(); });
}

bool Client::is_idle() const noexcept {
    return waiting_ == 0 && std::all_of(connections_.begin(), connections_.end(),
                                        [](const auto& one) { return one->is_idle(); });
}

ClientConnection::ClientConnection(Client& client, Fd socket)
    : client_(client),
      stream_(client.loop_, std::move(socket), event::Pace::independent),
      tasks_(client.loop_) {
    tasks_.spawn(read());
}

ClientConnection::~ClientConnection() {
    tasks_.cancel();
    lose_all();
}

void ClientConnection::enter(Exchange& exchange) {
    exchange.id = next_id_++;
    exchange.connection = this;
    exchanges_.emplace(exchange.id, &exchange);
}

void ClientConnection::leave(Exchange& exchange) {
    put_frame(exchange.id, FrameKind::cancel, {});
    exchanges_.erase(exchange.id);
    exchange.connection = nullptr;
    client_.has_room_.notify_one();
    close_if_done();
}

void ClientConnection::put_frame(std::uint32_t id, FrameKind kind, std::string_view payload) {
    if (!is_closed_) send_frame(stream_, id, kind, payload);
}

Task<void> ClientConnection::read() {
    co_await read_frames(stream_, [this](const FrameHeader& header, std::string_view payload) {
        return take_frame(header, payload);
    });
    is_closed_ = true;
    lose_all();
    client_.loop_.request(*this);
}

bool ClientConnection::take_frame(const FrameHeader& header, std::string_view payload) {
    switch (header.kind) {
        case FrameKind::hello:
            return greeted(payload);
        case FrameKind::answer:
            settle(header.id, [&](Exchange& exchange) { exchange.answer = std::string(payload); });
            return true;
        case FrameKind::error:
            settle(header.id, [&](Exchange& exchange) {
                const bool is_whole = !payload.empty();
                exchange.answer =
                    is_whole ? Error{static_cast<Errc>(payload[0]), std::string(payload.substr(1))}
                             : temporary("empty error");
            });
            return true;
        case FrameKind::refused:
            settle(header.id, [](Exchange& exchange) { exchange.was_refused = true; });
            return true;
        case FrameKind::grant:
            if (const auto found = exchanges_.find(header.id); found != exchanges_.end()) {
                found->second->credit += decode_grant(payload);
                found->second->changed.notify_all();
            }
            return true;
        case FrameKind::progress:
            if (const auto found = exchanges_.find(header.id); found != exchanges_.end()) {
                found->second->progress.emplace_back(payload);
                found->second->changed.notify_all();
            }
            return true;
        case FrameKind::going_away:
            give_up();
            return true;
        default:
            return false;
    }
}

bool ClientConnection::greeted(std::string_view payload) {
    const auto hello = decode<Hello>(payload);
    if (!hello || hello->version != Hello::current_version) {
        client_.last_failure_ = hello ? "speaks another version" : hello.error().text;
        if (!client_.failing_since_) client_.failing_since_ = client_.loop_.now();
        return false;
    }
    client_.failing_since_.reset();
    is_greeted_ = true;
    begin_to_age();
    at_once_ = static_cast<std::size_t>(hello->at_once);
    client_.is_one_at_a_time_ = at_once_ == 1;
    client_.has_room_.notify_all();
    if (client_.on_growth_) client_.on_growth_();
    return true;
}

void ClientConnection::settle(std::uint32_t id, const std::function<void(Exchange&)>& how) {
    const auto found = exchanges_.find(id);
    if (found == exchanges_.end()) return;  // taken back meanwhile
    Exchange& exchange = *found->second;
    exchanges_.erase(found);
    last_use_ = client_.loop_.now();
    exchange.connection = nullptr;
    how(exchange);
    exchange.changed.notify_all();
    client_.has_room_.notify_one();
    close_if_done();
}

void ClientConnection::lose_all() {
    for (auto& [id, exchange] : exchanges_) {
        exchange->connection = nullptr;
        exchange->is_lost = true;
        exchange->changed.notify_all();
    }
    exchanges_.clear();
}

/// Nothing new goes this way; what is under way is waited for.
void ClientConnection::give_up() {
    is_going_away_ = true;
    close_if_done();
    client_.has_room_.notify_all();
}

/// Whoever has waited for a busy server all the time keeps his place in its queue.
void ClientConnection::begin_to_age() {
    if (client_.limits_.life.count() > 0) end_of_life_ = client_.loop_.in(client_.limits_.life);
    last_use_ = client_.loop_.now();
    watch_age();
}

/// Waits for the next moment at which the connection may be too old or unused for too long. A use
/// does not set the timer anew: it looks for itself how long ago that was.
void ClientConnection::watch_age() {
    const auto& limits = client_.limits_;
    Deadline next = end_of_life_;
    if (limits.idle.count() > 0) {
        const Monotonic since = exchanges_.empty() ? last_use_ : client_.loop_.now();
        next = std::min(next, Deadline{since + limits.idle});
    }
    if (!next.is_never()) client_.loop_.set(*this, next);
}

void ClientConnection::expired() {
    const Monotonic now = client_.loop_.now();
    const auto& limits = client_.limits_;
    const bool is_unused =
        limits.idle.count() > 0 && exchanges_.empty() && now - last_use_ >= limits.idle;
    if (is_unused || now >= end_of_life_.at)
        give_up();
    else
        watch_age();
}

void ClientConnection::close_if_done() {
    // The server waits for this before it leaves, so that no request is ever on its way to nobody.
    if (!is_going_away_ || !exchanges_.empty()) return;
    is_closed_ = true;
    client_.loop_.request(*this);
}

void ClientConnection::at_turn_end() {
    client_.has_room_.notify_all();
    client_.drop_closed();  // ends this object
}

}  // namespace postern::service
