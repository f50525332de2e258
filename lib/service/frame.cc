// Frames as bytes; see the header.
#include "lib/service/frame.h"

namespace postern::service {

namespace {

constexpr std::string_view kinds = "HQCEXGPAFRB";

void append_number(std::string& out, std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8)
        out += static_cast<char>(number >> shift);
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 4; i-- > 0;)
        number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

}  // namespace

std::optional<FrameHeader> parse_frame_header(std::string_view bytes) {
    const FrameHeader header{number_at(bytes, 0), number_at(bytes, 4),
                             static_cast<FrameKind>(bytes[8])};
    if (header.size > max_frame_size || kinds.find(bytes[8]) == kinds.npos) return std::nullopt;
    return header;
}

void append_frame(std::string& out, std::uint32_t id, FrameKind kind, std::string_view payload) {
    append_number(out, static_cast<std::uint32_t>(payload.size()));
    append_number(out, id);
    out += static_cast<char>(kind);
    out += payload;
}

std::string encode_grant(std::uint32_t bytes) {
    std::string out;
    append_number(out, bytes);
    return out;
}

std::uint32_t decode_grant(std::string_view payload) {
    return payload.size() == 4 ? number_at(payload, 0) : 0;
}

}  // namespace postern::service
