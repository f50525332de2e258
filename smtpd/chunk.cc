// Chunks; see the header.
#include "smtpd/chunk.h"

#include "lib/queue/record.h"

#include <fmt/format.h>

namespace postern::smtpd {

using queue::RecordType;

Task<void> ChunkedContent::take(std::string_view bytes) {
    size_ += bytes.size();
    if (is_too_big(session_, size_)) refuse(reply(552, "5.3.4", "Error: message file too big"));
    if (refusal_) co_return;
    take_lines(bytes);
    if (submission_.is_ripe()) co_await submission_.send();
}

void ChunkedContent::take_lines(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        line_ += bytes.substr(0, end);
        take_pieces();
        if (end == std::string_view::npos) return;
        bytes.remove_prefix(end + 1);
        if (line_.ends_with('\r')) line_.pop_back();
        else has_bare_newline_ = true;
        content_size_ += line_.size() + 2;
        queue::append_record(submission_.records(), RecordType::line, std::exchange(line_, {}));
    }
}

void ChunkedContent::take_pieces() {
    const std::size_t limit = session_.settings().line_length_limit;
    while (line_.size() > limit + 1) {
        content_size_ += limit;
        queue::append_record(submission_.records(), RecordType::long_line, line_.substr(0, limit));
        line_.erase(0, limit);
    }
}

void ChunkedContent::complete() {
    if (line_.empty()) return;
    content_size_ += line_.size() + 2;
    queue::append_record(submission_.records(), RecordType::line, std::exchange(line_, {}));
}

void ChunkedContent::refuse(Reply why) {
    if (!refusal_) refusal_ = std::move(why);
    line_.clear();
    submission_.refuse();
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
    }
    co_return success();
}

Task<Reply> complete(Session& session) {
    ChunkedContent& content = *session.chunks;
    content.complete();
    session.stage = "END-OF-MESSAGE";
    session.mail->content_size = content.content_size();
    if (auto no = refused_for_newlines(session, content.has_bare_newline(), "BDAT content")) co_return *no;
    co_return co_await finish_message(session, content.submission(),
                                      fmt::format("Ok: {} bytes queued as", content.content_size()));
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
