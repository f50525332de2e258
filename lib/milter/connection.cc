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
        .number(all_actions)
        .number(steps_of(version));
    return data.take();
}

/// A milter may say for each stage which macros it wants, instead of our lists. A stage that we do
/// not know has nothing to send.
Result<void> take_macro_lists(DataReader& reader, MacroLists& lists) {
    while (!reader.is_at_end()) {
        const auto stage = reader.number();
        const auto names = reader.text();
        if (!stage || !names) return permanent("malformed list of macros");
        const auto wanted = split(*names);
        if (wanted.empty() || *stage >= stage_count - 1) continue;
        lists[*stage].assign(wanted.begin(), wanted.end());
    }
    return success();
}

/// In the words that administrators look for.
Error no_connection(const MilterSettings& settings, std::string_view why) {
    const std::string known = fmt::format("connect to {}: ", settings.endpoint.text);
    if (why.starts_with(known)) why.remove_prefix(known.size());
    return temporary(fmt::format("connect to Milter service {}: {}", settings.name, why));
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
        return permanent(fmt::format("protocol version {} conflict with MTA protocol version {}",
                                     *version, our_version));
    if (*actions & ~all_actions)
        return permanent(fmt::format("request mask {:#x} conflict with MTA request mask {:#x}",
                                     *actions, all_actions));
    // What we have not offered makes no difference to us.
    Agreement agreement{static_cast<int>(*version), *steps & steps_of(our_version),
                        std::move(our_macros)};
    if (auto taken = take_macro_lists(reader, agreement.macros); !taken) return taken.error();
    return agreement;
}

Task<Result<Connection>> Connection::open(const Surroundings& surroundings,
                                          const MilterSettings& settings) {
    table::ServerConnections server(surroundings.loop, &surroundings.names, settings.endpoint,
                                    {.request = settings.connect_timeout});
    auto connected = co_await server.connect();
    if (!connected) co_return no_connection(settings, connected.error().text);
    Connection connection(std::move(*connected));
    connection.send(Command::negotiate, offer(settings.protocol));
    auto answer = co_await connection.read(surroundings.loop.in(settings.connect_timeout));
    const std::string milter = "milter " + settings.name;
    if (!answer) co_return answer.error().in("can't read SMFIC_OPTNEG reply packet header").in(milter);
    auto agreement = agreement_of(*answer, settings.protocol, surroundings.macros);
    if (!agreement) co_return agreement.error().in(milter);
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
        co_return permanent(fmt::format("bad packet length: {}", bytes));
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
