// Sessions; see the header.
#include "services/qmqpd/session.h"

#include "lib/dns/host.h"
#include "lib/event/netstring.h"
#include "lib/report/qmqpd_events.h"
#include "lib/report/smtpd_events.h"

#include <fmt/format.h>

#include <utility>

namespace postern::qmqpd {

using service::CleanupStatus;

namespace {

constexpr std::size_t block_size = 48 * 1024;
constexpr seconds patience_at_end{5};

/// Cleanup's own words where it has some, without the enhanced status code, which QMQP has not.
Reply refused(const service::Submitted& submitted) {
    std::string_view text = submitted.reason;
    const bool is_temporary = text.starts_with('4') || submitted.status == CleanupStatus::deferred;
    if (const auto blank = text.find(' '); blank != text.npos && text.find('.') < blank)
        text.remove_prefix(blank + 1);
    return {is_temporary ? 'Z' : 'D',
            fmt::format("Error: {}", text.empty() ? "message content rejected" : text)};
}

}  // namespace

Reply reply_to(const Result<service::Submitted>& submitted) {
    if (!submitted) return {'Z', "Error: queue file write error"};
    switch (submitted->status) {
    case CleanupStatus::ok:
    case CleanupStatus::discarded: return {'K', "Ok: queued as " + submitted->queue_id};
    case CleanupStatus::too_big: return {'D', "Error: message too large"};
    case CleanupStatus::too_many_hops: return {'D', "Error: too many hops"};
    case CleanupStatus::no_recipients: return {'D', "Error: no recipients specified"};
    case CleanupStatus::rejected:
    case CleanupStatus::deferred: return refused(*submitted);
    case CleanupStatus::bad_input: return {'Z', "Error: internal error"};
    case CleanupStatus::map_failed:
    case CleanupStatus::cannot_write: break;
    }
    return {'Z', "Error: queue file write error"};
}

Session::Session(const House& house, service::Session client, Reporter reporter)
    : house_(house),
      peer_(client.peer),
      stream_(house.loop, std::move(client.socket)),
      reporter_(std::move(reporter)) {}

Task<void> Session::run() {
    co_await identify();
    reporter_.report(report::ClientConnected{client()});
    auto reply = co_await serve();
    if (reply)
        co_await answer(std::move(*reply));
    else
        reporter_.report(report::QmqpSessionFailed{client(), reply.error().text});
    reporter_.report(report::QmqpClientDisconnected{client()});
}

Task<void> Session::identify() {
    if (!peer_.is_ip()) co_return;
    address_ = peer_.host();
    port_ = peer_.port();
    auto found = co_await dns::name_of_client(house_.names, peer_);
    if (!found.warning.empty()) reporter_.log().warning("{}", found.warning);
    name_ = std::move(found.name);
}

/// Error: there is nobody to answer.
Task<Result<Reply>> Session::serve() {
    const auto is_allowed = co_await house_.authorized_clients.has(name_, address_);
    if (!is_allowed) co_return Reply{'Z', "Error: " + is_allowed.error().text};
    if (!*is_allowed)
        co_return Reply{'D', fmt::format("Error: {}[{}] is not authorized to use this service", name_,
                                         address_)};
    auto message = co_await read_message(stream_, house_.settings.message_size_limit,
                                         house_.settings.timeout);
    if (message) co_return co_await submit(std::move(*message));
    const Error& why = message.error();
    if (why.code == Errc::too_long) co_return Reply{'D', "Error: message too large"};
    if (why.is_permanent()) co_return Reply{'D', why.text};
    co_return why;
}

Task<Reply> Session::submit(Message message) {
    auto sender = parse_sender(message.sender, house_.settings.verp_delimiter_filter);
    if (!sender) co_return Reply{'D', "Error: " + sender.error().text};
    const LogPlace place(reporter_.log().book());
    const WallTime began = house_.loop.clock().wall();
    const auto submitted = co_await hand_over(std::move(message), std::move(*sender));
    if (!submitted) reporter_.log().warning("{}", submitted.error().text);
    if (submitted && !submitted->queue_id.empty()) {
        report::MailAccepted event;
        event.queue_id = submitted->queue_id;
        event.client = client();
        reporter_.report(event, began);
    }
    if (submitted) reporter_.log().book().fill_place(submitted->log_place);
    co_return reply_to(submitted);
}

Task<Result<service::Submitted>> Session::hand_over(Message message, Sender sender) {
    const WallTime now = house_.loop.clock().wall();
    service::Upload<service::Submit> upload(house_.cleanup);
    auto begun = co_await upload.begin(submit_request(house_.settings, client(), message, now),
                                       internal_deadline());
    if (!begun) co_return begun.error();
    std::string_view content = message.content;
    std::string records = envelope_records(house_.settings, client(), sender, message, now);
    for (bool is_last = false; !is_last;) {
        records += content_records(content, house_.settings.line_length_limit, block_size);
        is_last = content.empty();
        if (is_last) records += closing_records();
        // Over early: cleanup has answered already, and finish() tells.
        if (!co_await upload.send(std::exchange(records, {}), internal_deadline())) break;
    }
    co_return co_await upload.finish(internal_deadline());
}

/// Closed with words of the client unread, the connection would be reset, and he might not hear the
/// answer.
Task<void> Session::let_go() {
    ::shutdown(stream_.fd(), SHUT_WR);
    const Deadline deadline = house_.loop.in(patience_at_end);
    for (;;) {
        auto rest = co_await stream_.peek(1, deadline);
        if (!rest) co_return;
        stream_.consume(rest->size());
    }
}

Task<void> Session::answer(Reply reply) {
    if (house_.settings.soft_bounce && reply.code == 'D') reply.code = 'Z';
    if (reply.code != 'K') {
        reporter_.report(report::QmqpMailRefused{client(), reply.code == 'Z', reply.text});
        co_await event::Sleep(house_.loop, house_.loop.in(house_.settings.error_delay));
    }
    stream_.write(event::netstring(reply.code + reply.text));
    if (auto sent = co_await stream_.flush(house_.loop.in(house_.settings.timeout)); !sent)
        reporter_.report(report::QmqpSessionFailed{client(), sent.error().text});
    else
        co_await let_go();
}

}  // namespace postern::qmqpd
