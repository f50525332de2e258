// Frames: what travels on a connection between two daemons.
//
//     4 bytes  length of what follows the header, least significant first
//     4 bytes  request id, chosen by the client, unique among its open requests
//     1 byte   kind
//
// The server greets with `hello`. A request is one `request` frame and, when it has content,
// `content` frames up to an `end`; it is answered by one `answer`, `error` or `refused`, before
// which there may be news of its `progress`. The
// sender of content may be ahead of the receiver's `grant`s by no more than `first_grant` bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::service {

enum class FrameKind : char {
    hello = 'H',      ///< server: fields of Hello
    request = 'Q',    ///< client: one byte of name length, name, one byte (1: has content), fields
    content = 'C',    ///< client: a piece of content
    end = 'E',        ///< client: the content is complete
    cancel = 'X',     ///< client: no longer interested; there will be no answer
    grant = 'G',      ///< server: 4 bytes, so many more bytes of content are welcome
    progress = 'P',   ///< server: fields of what can be said before the answer
    answer = 'A',     ///< server: fields of the reply
    error = 'F',      ///< server: one byte of Errc, text
    refused = 'R',    ///< server: not begun, for it is retiring; ask another
    going_away = 'B', ///< server, id 0: send no further requests; close when all are answered
};

constexpr std::size_t frame_header_size = 9;
constexpr std::size_t max_content_in_frame = 65536;
constexpr std::size_t first_grant = 65536;
/// A request names a few thousand recipients at most.
constexpr std::size_t max_frame_size = 8u << 20;

struct FrameHeader {
    std::size_t size = 0;
    std::uint32_t id = 0;
    FrameKind kind = FrameKind::error;
};

/// From at least frame_header_size bytes; nothing when it is not one of ours, or too large.
std::optional<FrameHeader> parse_frame_header(std::string_view bytes);
void append_frame(std::string& out, std::uint32_t id, FrameKind kind, std::string_view payload);
std::string encode_grant(std::uint32_t bytes);
std::uint32_t decode_grant(std::string_view payload);

}  // namespace postern::service
