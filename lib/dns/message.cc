// Reading and writing DNS messages; see the header.
#include "lib/dns/message.h"

#include "lib/base/strings.h"
#include "lib/mail/hostname.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>

namespace postern::dns {

namespace {

constexpr std::size_t header_size = 12;
constexpr int udp_payload = 1232;            // what passes everywhere without fragments
constexpr std::size_t alias_limit = 32;      // enough for every honest zone, end of a circle

using Bytes = std::span<const unsigned char>;

std::uint16_t number16(Bytes bytes) {
    return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

/// Reads a message from front to back; nothing where it is cut short.
class Cursor {
public:
    explicit Cursor(Bytes message) : message_(message), at_(header_size) {}

    std::optional<std::string> name() {
        auto found = name_at(at_);
        if (!found) return std::nullopt;
        at_ += found->second;
        return std::move(found->first);
    }
    std::optional<Bytes> take(std::size_t size) {
        if (message_.size() - at_ < size) return std::nullopt;
        const Bytes piece = message_.subspan(at_, size);
        at_ += size;
        return piece;
    }
    std::size_t position() const noexcept { return at_; }

    /// A name that may be compressed, and how many bytes it has there.
    std::optional<std::pair<std::string, std::size_t>> name_at(std::size_t at) const {
        char* text = nullptr;
        long size = 0;
        if (at >= message_.size() ||
            ares_expand_name(message_.data() + at, message_.data(),
                             static_cast<int>(message_.size()), &text, &size) != ARES_SUCCESS)
            return std::nullopt;
        const std::unique_ptr<char, decltype(&ares_free_string)> owned(
            text, [](void* name) { ares_free_string(name); });
        return std::pair(std::string(text), static_cast<std::size_t>(size));
    }

private:
    Bytes message_;
    std::size_t at_;
};

/// A record of the answer section whose data has not been looked at.
struct RawRecord {
    std::string owner;
    Type type;
    std::uint16_t record_class;
    seconds ttl;
    std::size_t data_at;
    Bytes data;
};

std::optional<RawRecord> take_record(Cursor& cursor) {
    auto owner = cursor.name();
    if (!owner) return std::nullopt;
    const auto fixed = cursor.take(10);
    if (!fixed) return std::nullopt;
    const std::size_t size = number16(fixed->subspan(8));
    const std::size_t data_at = cursor.position();
    const auto data = cursor.take(size);
    if (!data) return std::nullopt;
    const std::uint32_t ttl = std::uint32_t{number16(fixed->subspan(4))} << 16 |
                              number16(fixed->subspan(6));
    // RFC 2181 section 8: a TTL with the high bit set is zero.
    return RawRecord{std::move(*owner), Type(number16(*fixed)), number16(fixed->subspan(2)),
                     seconds(ttl >> 31 ? 0 : ttl), data_at, *data};
}

/// The name that the data of a record ends with, `skip` bytes into it; it may not reach beyond.
std::optional<std::string> name_in(const Cursor& cursor, const RawRecord& raw, std::size_t skip) {
    if (raw.data.size() <= skip) return std::nullopt;
    auto found = cursor.name_at(raw.data_at + skip);
    if (!found || skip + found->second > raw.data.size()) return std::nullopt;
    return std::move(found->first);
}

std::optional<RecordData> address_data(const Cursor&, const RawRecord& raw) {
    if (raw.type == Type::a) {
        if (raw.data.size() != 4) return std::nullopt;
        sockaddr_in ip{};
        ip.sin_family = AF_INET;
        std::memcpy(&ip.sin_addr, raw.data.data(), 4);
        return HostAddress{{reinterpret_cast<sockaddr*>(&ip), sizeof ip}};
    }
    if (raw.data.size() != 16) return std::nullopt;
    sockaddr_in6 ip{};
    ip.sin6_family = AF_INET6;
    std::memcpy(&ip.sin6_addr, raw.data.data(), 16);
    return HostAddress{{reinterpret_cast<sockaddr*>(&ip), sizeof ip}};
}

std::optional<RecordData> name_data(const Cursor& cursor, const RawRecord& raw) {
    auto name = name_in(cursor, raw, 0);
    if (!name) return std::nullopt;
    return DomainName{std::move(*name)};
}

std::optional<RecordData> exchanger_data(const Cursor& cursor, const RawRecord& raw) {
    auto host = name_in(cursor, raw, 2);
    if (!host) return std::nullopt;
    return MailExchanger{number16(raw.data), std::move(*host)};
}

std::optional<RecordData> service_data(const Cursor& cursor, const RawRecord& raw) {
    auto host = name_in(cursor, raw, 6);
    if (!host) return std::nullopt;
    return Service{number16(raw.data), number16(raw.data.subspan(2)),
                   number16(raw.data.subspan(4)), std::move(*host)};
}

std::optional<RecordData> text_data(const Cursor&, const RawRecord& raw) {
    Text text;
    for (Bytes rest = raw.data; !rest.empty();) {
        const std::size_t size = rest[0];
        if (rest.size() <= size) return std::nullopt;
        text.text.append(reinterpret_cast<const char*>(rest.data()) + 1, size);
        rest = rest.subspan(1 + size);
    }
    return text;
}

std::optional<RecordData> association_data(const Cursor&, const RawRecord& raw) {
    if (raw.data.size() < 4) return std::nullopt;
    return TlsAssociation{raw.data[0], raw.data[1], raw.data[2],
                          std::string(raw.data.begin() + 3, raw.data.end())};
}

using ReadData = std::optional<RecordData> (*)(const Cursor&, const RawRecord&);
struct DataOf {
    Type type;
    ReadData read;
};
constexpr std::array readers = {
    DataOf{Type::a, address_data},   DataOf{Type::aaaa, address_data},
    DataOf{Type::cname, name_data},  DataOf{Type::ptr, name_data},
    DataOf{Type::ns, name_data},     DataOf{Type::mx, exchanger_data},
    DataOf{Type::srv, service_data}, DataOf{Type::txt, text_data},
    DataOf{Type::tlsa, association_data},
};

std::optional<RecordData> data_of(const Cursor& cursor, const RawRecord& raw) {
    const auto* known = std::find_if(readers.begin(), readers.end(),
                                     [&](const DataOf& one) { return one.type == raw.type; });
    return known == readers.end() ? std::nullopt : known->read(cursor, raw);
}

/// The host that a record names, where it must be one.
const std::string* host_in(const RecordData& data) {
    if (const auto* mx = std::get_if<MailExchanger>(&data)) return &mx->host;
    if (const auto* srv = std::get_if<Service>(&data)) return &srv->host;
    if (const auto* name = std::get_if<DomainName>(&data)) return &name->name;
    return nullptr;
}

/// Why the data cannot be used; nothing when it can. An empty host means "none" in MX and SRV.
std::optional<std::string_view> fault_of(const std::optional<RecordData>& data) {
    if (!data) return "malformed resource data";
    const std::string* host = host_in(*data);
    if (!host || (host->empty() && !std::holds_alternative<DomainName>(*data)))
        return std::nullopt;
    if (mail::is_valid_ip(*host)) return "numeric domain name in resource data";
    if (!mail::is_valid_hostname(*host)) return "malformed domain name in resource data";
    return std::nullopt;
}

std::string complaint(const RawRecord& raw, const std::optional<RecordData>& data,
                      std::string_view fault) {
    const std::string* host = data ? host_in(*data) : nullptr;
    return fmt::format("{} of {} record for {}{}{}", fault, type_name(raw.type),
                       printable(raw.owner), host ? ": " : "", host ? printable(*host) : "");
}

void note_ttl(Reply& reply, bool is_first, seconds ttl) {
    reply.ttl = is_first ? ttl : std::min(reply.ttl, ttl);
}

/// Goes from `name` along the aliases among `records`.
Result<void> follow_aliases(Reply& reply, const Cursor& cursor,
                            const std::vector<RawRecord>& records, const std::string& name) {
    reply.canonical_name = name;
    for (;;) {
        const auto alias = std::find_if(records.begin(), records.end(), [&](const RawRecord& raw) {
            return raw.type == Type::cname && same(raw.owner, reply.canonical_name);
        });
        if (alias == records.end()) return success();
        auto target = name_in(cursor, *alias, 0);
        if (!target) return temporary("an alias of " + printable(name) + " leads nowhere");
        if (++reply.aliases > alias_limit) return permanent("Name server loop for " + printable(name));
        note_ttl(reply, reply.aliases == 1, alias->ttl);
        reply.canonical_name = std::move(*target);
    }
}

void take_data(Reply& reply, const Cursor& cursor, RawRecord raw) {
    auto data = data_of(cursor, raw);
    if (const auto fault = fault_of(data)) {
        reply.complaints.push_back(complaint(raw, data, *fault));
        return;
    }
    note_ttl(reply, reply.aliases == 0 && reply.records.empty(), raw.ttl);
    reply.records.push_back({std::move(raw.owner), raw.type, raw.ttl, std::move(*data)});
}

Result<std::vector<RawRecord>> answer_section(Cursor& cursor, Bytes message) {
    const Error cut_short = temporary("reply of a name server is cut short");
    for (int left = number16(message.subspan(4)); left > 0; --left)
        if (!cursor.name() || !cursor.take(4)) return cut_short;
    std::vector<RawRecord> records;
    for (int left = number16(message.subspan(6)); left > 0; --left) {
        auto record = take_record(cursor);
        if (!record) return cut_short;
        if (record->record_class == C_IN) records.push_back(std::move(*record));
    }
    return records;
}

/// How long "there is none" holds: the lesser of the TTL and the last field of the zone's SOA record
/// (RFC 2308 section 5), in the section of authorities, which begins at the cursor; 0: not said.
seconds negative_ttl(Cursor& cursor, Bytes message) {
    for (int left = number16(message.subspan(8)); left > 0; --left) {
        const auto record = take_record(cursor);
        if (!record) break;
        if (record->type != Type::soa || record->data.size() < 4) continue;
        const Bytes last = record->data.last(4);
        const std::uint32_t minimum = std::uint32_t{number16(last)} << 16 | number16(last.subspan(2));
        return std::min(record->ttl, seconds(minimum));
    }
    return seconds(0);
}

}  // namespace

Result<std::string> question(const std::string& name, Type type, bool dnssec) {
    unsigned char* bytes = nullptr;
    int size = 0;
    const auto id = static_cast<unsigned short>(::arc4random());
    if (ares_create_query(name.c_str(), C_IN, static_cast<int>(type), id, 1, &bytes, &size,
                          dnssec ? udp_payload : 0) != ARES_SUCCESS)
        return permanent("not a domain name: \"" + printable(name) + "\"");
    const std::unique_ptr<unsigned char, decltype(&ares_free_string)> owned(
        bytes, [](void* text) { ares_free_string(text); });
    std::string message(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
    if (dnssec) {
        message[3] = static_cast<char>(message[3] | 0x20);                     // AD
        message[message.size() - 4] = static_cast<char>(0x80);                 // DO, in OPT's TTL
    }
    return message;
}

Result<Reply> parse_reply(Bytes message, const std::string& name, Type type) {
    if (message.size() < header_size) return temporary("reply of a name server is cut short");
    Reply reply;
    reply.code = message[3] & 15;
    reply.is_authenticated = (message[3] & 0x20) != 0;
    Cursor cursor(message);
    auto records = answer_section(cursor, message);
    if (!records) return records.error();

    if (type != Type::cname) {
        const auto followed = follow_aliases(reply, cursor, *records, name);
        if (!followed) return followed.error();
    } else {
        reply.canonical_name = name;
    }
    for (RawRecord& raw : *records)
        if (raw.type == type && same(raw.owner, reply.canonical_name))
            take_data(reply, cursor, std::move(raw));
    if (reply.records.empty()) {
        const seconds negative = negative_ttl(cursor, message);
        reply.ttl = reply.aliases > 0 ? std::min(reply.ttl, negative) : negative;
    }
    return reply;
}

}  // namespace postern::dns
