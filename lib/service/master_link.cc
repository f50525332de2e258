// Packets between master and its children; see the header.
#include "lib/service/master_link.h"

#include "lib/service/codec.h"

namespace postern::service {

namespace {

struct StatusPacket : ChildStatus {
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("takes", self.takes);
        visit("in_use", self.in_use);
        visit("has_room", self.has_room);
        visit("is_retiring", self.is_retiring);
    }
};

struct OrderPacket : MasterOrder {
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("kind", self.kind);
        visit("value", self.value);
    }
};

}  // namespace

std::string encode_status(const ChildStatus& status) {
    return encode(StatusPacket{status});
}

Result<ChildStatus> decode_status(std::string_view packet) {
    auto found = decode<StatusPacket>(packet);
    if (!found) return found.error();
    return ChildStatus(*found);
}

std::string encode_order(const MasterOrder& order) {
    return encode(OrderPacket{order});
}

Result<MasterOrder> decode_order(std::string_view packet) {
    auto found = decode<OrderPacket>(packet);
    if (!found) return found.error();
    return MasterOrder(*found);
}

}  // namespace postern::service
