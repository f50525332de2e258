// socketmap:inet:host:port:name and socketmap:unix:path:name (socketmap_table(5)).
//
// A request is the netstring of "name key". A reply is a netstring: "OK data", "NOTFOUND ",
// "TEMP reason", "TIMEOUT reason" or "PERM reason".
#include "lib/base/strings.h"
#include "lib/event/netstring.h"
#include "lib/table/network_table.h"
#include "lib/table/registry.h"
#include "lib/table/types.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

Result<Found> parse_reply(std::string_view reply) {
    const auto parts = cut(reply, ' ').value_or(std::pair(reply, std::string_view()));
    const auto& [status, text] = parts;
    if (status == "OK") return Found(std::optional(std::string(text)));
    if (status == "NOTFOUND") return Found(std::nullopt);
    if (status == "TEMP" || status == "TIMEOUT" || status == "PERM")
        return Found(temporary(fmt::format("server said: {} {}", status, printable(text, 200))));
    return permanent(fmt::format("unexpected reply: \"{}\"", printable(reply, 100)));
}

class Socketmap final : public Protocol {
public:
    Socketmap(std::string name, const Settings& settings)
        : name_(std::move(name)),
          reply_limit_(settings.socketmap_max_reply_size),
          query_limit_(settings.socketmap_max_query_size) {}

    std::optional<Found> refuse(std::string_view key) override {
        if (key.size() <= query_limit_) return std::nullopt;
        return Found(std::nullopt);
    }

    Task<Result<Found>> ask(event::Stream& server, std::string_view key,
                            Deadline deadline) override {
        const auto query = fmt::format("{} {}", name_, key);
        server.write(event::netstring(query));
        if (auto sent = co_await server.flush(deadline); !sent) co_return sent.error();
        auto reply = co_await event::read_netstring(server, reply_limit_, deadline);
        if (!reply && reply.error().code == Errc::too_long)
            co_return permanent(fmt::format("{} is above socketmap_max_reply_size ({})",
                                            reply.error().text, reply_limit_));
        if (!reply) co_return reply.error();
        co_return parse_reply(*reply);
    }

private:
    const std::string name_;
    const std::size_t reply_limit_, query_limit_;
};

}  // namespace

OpenedDictionary open_socketmap(const Opening& opening) {
    const auto colon = opening.name.rfind(':');
    if (colon == std::string::npos || colon + 1 == opening.name.size())
        return permanent("socketmap requires server:socketmap argument");
    auto endpoint = Endpoint::parse(std::string_view(opening.name).substr(0, colon));
    if (!endpoint) return endpoint.error();
    return network_dictionary(opening, "socketmap", std::move(*endpoint), ServerTimes(),
                              std::make_unique<Socketmap>(opening.name.substr(colon + 1),
                                                          opening.registry.settings()));
}

}  // namespace postern::table
