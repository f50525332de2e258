// JSON records; see the header.
#include "lib/report/record.h"

#include "lib/report/json_string.h"
#include "lib/report/wording.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace postern::report {

namespace {

std::string utc(WallTime when) {
    const std::int64_t second = to_unix(when);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(static_cast<std::time_t>(second)),
                       (when - from_unix(second)).count());
}

}  // namespace

Record::Record(std::string_view event) { add_always("event", event); }

void Record::begin(std::string_view name) {
    members_ += members_.empty() ? "\"" : ",\"";
    members_.append(name).append("\":");
}

Record& Record::add(std::string_view name, std::string_view value) {
    return value.empty() ? *this : add_always(name, value);
}

Record& Record::add_always(std::string_view name, std::string_view value) {
    begin(name);
    members_ += json_string(value);
    return *this;
}

Record& Record::add_number(std::string_view name, std::int64_t value) {
    begin(name);
    members_ += fmt::to_string(value);
    return *this;
}

Record& Record::add_seconds(std::string_view name, microseconds value) {
    begin(name);
    members_ += fmt::format("{:.6f}", std::chrono::duration<double>(value).count());
    return *this;
}

Record& Record::add_flag(std::string_view name, bool value) {
    begin(name);
    members_ += value ? "true" : "false";
    return *this;
}

Record& Record::add_peer(std::string_view name, const Peer& peer) {
    add(fmt::format("{}_name", name), peer.name);
    add(fmt::format("{}_address", name), peer.address);
    if (peer.port != 0) add_number(fmt::format("{}_port", name), peer.port);
    return *this;
}

std::string Record::finish(WallTime when, std::string_view program, std::uint64_t process,
                           std::uint64_t session) const {
    std::string head = fmt::format("{{\"time\":\"{}\",\"program\":{},\"pid\":{}", utc(when),
                                   json_string(program), process);
    if (session != 0) head += fmt::format(",\"session\":{}", session);
    return fmt::format("{},{}}}", head, members_);
}

}  // namespace postern::report
