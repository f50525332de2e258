// Fuzzes what daemons tell each other: the header of a frame, and the fields of requests. What was
// understood is the same after it was written anew.
#include "lib/service/delivery.h"
#include "lib/service/frame.h"
#include "lib/service/rewrite.h"
#include "tests/fuzz/input.h"

#include <tuple>

namespace {

using namespace postern;

template <class Message>
void understand(std::string_view fields) {
    const auto message = service::decode<Message>(fields);
    if (!message) return;
    const std::string written = service::encode(*message);
    const auto again = service::decode<Message>(written);
    fuzz::require(again.has_value() && service::encode(*again) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    if (size < service::frame_header_size) return 0;
    if (const auto header = service::parse_frame_header(input)) {
        fuzz::require(header->size <= service::max_frame_size);
        std::string bytes;
        service::append_frame(bytes, header->id, header->kind, std::string(header->size, 'x'));
        fuzz::require(bytes.starts_with(input.substr(0, service::frame_header_size)));
    }
    const std::string_view fields = input.substr(service::frame_header_size);
    std::ignore = service::decode_grant(fields);
    understand<service::Rewrite>(fields);
    understand<service::Resolved>(fields);
    understand<service::DeliveryRequest>(fields);
    understand<service::DeliveryReply>(fields);
    return 0;
}
