// Chunks; see the header.
#include "smtpd/chunk.h"

#include "smtpd/mail_sink.h"

#include <fmt/format.h>

namespace postern::smtpd {

Task<void> ChunkedContent::take(std::string_view bytes) {
    size_ += bytes.size();
    if (is_too_big(session_, size_)) refuse(reply(552, "5.3.4", "Error: message file too big"));
    if (refusal_) co_return;
    MailSink& sink = session_.sink();
    scanner_.take(bytes, sink.records());
    if (sink.is_ripe()) co_await sink.send();
}

void ChunkedContent::complete() {
    scanner_.complete(session_.sink().records());
}

void ChunkedContent::refuse(Reply why) {
    if (!refusal_) refusal_ = std::move(why);
    scanner_.drop();
    if (session_.mail) session_.sink().refuse();
}

Reply ChunkedContent::tell_refusal() {
    is_refusal_known_ = true;
    return *refusal_;
}

namespace {

Task<Result<void>> take_bytes(Session& session, event::Stream& stream, ReadDeadline& deadline) {
    std::uint64_t left = session.chunk_size;
    std::size_t received = 0;
    while (left > 0) {
        auto input = co_await stream.peek(1, deadline(received));
        if (!input) co_return input.error();
        const auto bytes = input->substr(0, std::min<std::uint64_t>(left, input->size()));
        left -= bytes.size();
        received = bytes.size();
        co_await session.chunks->take(bytes);
        stream.consume(bytes.size());
        // What is dropped waits for nobody.
        if (session.chunks->refusal()) co_await event::Yield(session.house.loop);
    }
    co_return success();
}

Task<Reply> complete(Session& session) {
    ChunkedContent& content = *session.chunks;
    content.complete();
    session.stage = "END-OF-MESSAGE";
    session.mail->content_size = content.content_size();
    if (content.has_bare_newline() && forbids_bare_newline(session))
        co_return co_await refuse_content(session);
    co_return co_await finish_message(
        session, fmt::format("Ok: {} bytes queued as", content.content_size()));
}

}  // namespace

Task<Result<Reply>> receive_chunk(Session& session, event::Stream& stream, ReadDeadline deadline) {
    const bool was_refused = session.chunks->is_refusal_known();
    auto taken = co_await take_bytes(session, stream, deadline);
    if (!taken) co_return taken.error();
    if (was_refused)
        co_return reply(551, "5.0.0",
                        fmt::format("Discarded {} bytes after earlier error", session.chunk_size));
    if (session.chunks->refusal()) co_return session.chunks->tell_refusal();
    if (!session.is_last_chunk)
        co_return reply(250, "2.0.0", fmt::format("Ok: {} bytes", session.chunk_size));
    co_return co_await complete(session);
}

}  // namespace postern::smtpd
