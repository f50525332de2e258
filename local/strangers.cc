// Recipients who are neither aliases nor users.
#include "local/delivery.h"
#include "local/macros.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace postern::local {

using delivery::Settlement;

namespace {

/// Mail to them must not bounce: it may be a bounce itself, or the answer to one (RFC 5321 section
/// 4.5.1 has the administrator make aliases for them).
bool is_required(std::string_view user) {
    constexpr std::array<std::string_view, 3> names{"mailer-daemon", "postmaster", "double-bounce"};
    return std::find(names.begin(), names.end(), user) != names.end();
}

}  // namespace

Task<void> Delivery::deliver_stranger(Stop stop) {
    auto elsewhere = co_await deliver_elsewhere(post_.fallback_transport_maps,
                                                post_.settings.fallback_transport, stop);
    if (!elsewhere) co_return co_await settle_table_trouble(stop, elsewhere.error());
    if (*elsewhere) co_return;
    const auto relay =
        expand_macros(post_.settings.luser_relay, stop, nullptr, post_.settings.forward_filter);
    if (!relay) post_.log.warning("luser_relay: {}", relay.error().text);
    // What it names may be a stranger as well.
    if (relay && !relay->empty() && is_first("luser:" + *relay)) {
        ++stop.depth;
        co_return co_await deliver_address(*relay, std::move(stop));
    }
    if (is_required(stop.user)) {
        post_.log.warning("required alias not found: {}", stop.user);
        co_return co_await settle(stop, Settlement::sent("discarded"));
    }
    co_await settle(stop,
                    Settlement::failed({5, 1, 1}, fmt::format("unknown user: \"{}\"", stop.user)));
}

}  // namespace postern::local
