// Connections to milters; see the header.
#include "lib/milter/connection.h"

#include "lib/base/strings.h"

#include <fmt/format.h>
#include <sys/socket.h>

namespace postern::milter {

namespace {

std::string offer(int version) {
    DataWriter data;
    data.number(static_cast<std::uint32_t>(version))
        .number(actions_of(version))
        .number(steps_of(version));
    return data.take();
}

/// A milter of version 6 may say for each stage which macros it wants, instead of our lists.
Result<void> take_macro_lists(DataReader& reader, MacroLists& lists) {
    while (!reader.is_at_end()) {
        const auto stage = reader.number();
        const auto names = reader.text();
        if (!stage || !names || *stage >= stage_count - 1)
            return permanent("malformed list of macros");
        auto& list = lists[*stage];
        list.clear();
        for (const std::string_view name : split(*names)) list.emplace_back(name);
    }
    return success();
}

}  // namespace

Result<Agreement> agreement_of(const Packet& answer, int our_version, MacroLists our_macros) {
    if (answer.kind != static_cast<char>(Command::negotiate))
        return permanent(fmt::format("unexpected reply \"{}\" in initial handshake",
                                     printable({&answer.kind, 1})));
    DataReader reader(answer.data);
    const auto version = reader.number(), actions = reader.number(), steps = reader.number();
    if (!version || !actions || !steps) return permanent("malformed reply in initial handshake");
    if (*version < 2 || *version > static_cast<std::uint32_t>(our_version))
        return permanent(
            fmt::format("protocol version {} conflict (need {})", *version, our_version));
    if (*actions & ~actions_of(our_version))
        return permanent(fmt::format("request mask {:#x} conflict (need {:#x})", *actions,
                                     actions_of(our_version)));
    if (*steps & ~steps_of(our_version))
        return permanent(
            fmt::format("unknown protocol steps {:#x}", *steps & ~steps_of(our_version)));
    Agreement agreement{static_cast<int>(*version), *steps, std::move(our_macros)};
    if (auto taken = take_macro_lists(reader, agreement.macros); !taken) return taken.error();
    return agreement;
}

Task<Result<Connection>> Connection::open(const Surroundings& surroundings,
                                          const MilterSettings& settings) {
    table::ServerConnections server(surroundings.loop, &surroundings.names, settings.endpoint,
                                    {.request = settings.connect_timeout});
    auto connected = co_await server.connect();
    if (!connected) co_return connected.error();
    Connection connection(std::move(*connected));
    connection.send(Command::negotiate, offer(settings.protocol));
    auto answer = co_await connection.read(surroundings.loop.in(settings.connect_timeout));
    if (!answer) co_return answer.error().in("can't read SMFIC_OPTNEG reply");
    auto agreement = agreement_of(*answer, settings.protocol, surroundings.macros);
    if (!agreement) co_return agreement.error();
    connection.agreement_ = std::move(*agreement);
    co_return connection;
}

void Connection::send(Command command, std::string_view data) {
    connection_->stream.write(coded(command, data));
    connection_->stream.flush_soon();
}

Task<Result<Packet>> Connection::read(Deadline deadline) {
    auto size = co_await event::read_exactly(connection_->stream, 4, deadline);
    if (!size) co_return size.error();
    const auto bytes = *DataReader(*size).number();
    if (bytes == 0 || bytes > packet_limit)
        co_return permanent(fmt::format("packet of {} bytes", bytes));
    auto data = co_await event::read_exactly(connection_->stream, bytes, deadline);
    if (!data) co_return data.error();
    Packet packet{data->front(), {}};
    packet.data = data->substr(1);
    co_return packet;
}

void Connection::quit() {
    // Whether it is heard makes no difference: what follows is the end of the connection.
    const std::string packet = coded(Command::quit, {});
    std::ignore = ::send(connection_->stream.fd(), packet.data(), packet.size(),
                         MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace postern::milter
