// Frames on a stream; see the header.
#include "lib/service/frame_stream.h"

namespace postern::service {

void send_frame(event::Stream& stream, std::uint32_t id, FrameKind kind, std::string_view payload) {
    std::string frame;
    append_frame(frame, id, kind, payload);
    stream.write(frame);
    stream.flush_soon();
}

Task<void> read_frames(event::Stream& stream,
                       std::function<bool(const FrameHeader&, std::string_view payload)> take) {
    for (;;) {
        auto head = co_await stream.peek(frame_header_size, Deadline::never());
        if (!head) co_return;
        const auto header = parse_frame_header(*head);
        if (!header) co_return;
        auto whole = co_await stream.peek(frame_header_size + header->size, Deadline::never());
        if (!whole) co_return;
        const bool makes_sense = take(*header, whole->substr(frame_header_size, header->size));
        stream.consume(frame_header_size + header->size);
        if (!makes_sense) co_return;
    }
}

}  // namespace postern::service
