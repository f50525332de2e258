// The content of a message in chunks (BDAT, RFC 3030): bytes by count, without dots.
#pragma once

#include "lib/event/stream.h"
#include "smtpd/chunk_scanner.h"
#include "smtpd/content.h"

#include <memory>
#include <optional>
#include <string>

namespace postern::smtpd {

/// What has come of a message, over several BDAT commands.
class ChunkedContent {
public:
    explicit ChunkedContent(Session& session)
        : session_(session), scanner_(session.settings().line_length_limit) {}

    /// Takes bytes of a chunk.
    Task<void> take(std::string_view bytes);
    /// After the last chunk: a line without an end counts as one.
    void complete();
    /// The rest of the message is read and dropped. The client hears why once.
    void refuse(Reply why);
    const std::optional<Reply>& refusal() const noexcept { return refusal_; }
    Reply tell_refusal();
    bool is_refusal_known() const noexcept { return is_refusal_known_; }

    std::uint64_t received() const noexcept { return size_; }
    bool has_bare_newline() const noexcept { return scanner_.has_bare_newline(); }
    std::uint64_t content_size() const noexcept { return scanner_.size(); }  ///< line ends as CR LF

private:
    Session& session_;
    ChunkScanner scanner_;
    std::uint64_t size_ = 0;  // as it came
    bool is_refusal_known_ = false;
    std::optional<Reply> refusal_;
};

/// Receives the chunk that the session's BDAT announced. Error: the client broke off.
Task<Result<Reply>> receive_chunk(Session& session, event::Stream& stream, ReadDeadline deadline);

}  // namespace postern::smtpd
