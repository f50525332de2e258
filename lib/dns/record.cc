// Names and text of resource records; see the header.
#include "lib/dns/record.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <array>

namespace postern::dns {

namespace {

struct Named {
    Type type;
    std::string_view name;
};
constexpr std::array names = {
    Named{Type::a, "A"},         Named{Type::ns, "NS"},   Named{Type::cname, "CNAME"},
    Named{Type::soa, "SOA"},     Named{Type::ptr, "PTR"}, Named{Type::mx, "MX"},
    Named{Type::txt, "TXT"},     Named{Type::srv, "SRV"}, Named{Type::aaaa, "AAAA"},
    Named{Type::tlsa, "TLSA"},
};

struct TextOf {
    std::string operator()(const HostAddress& data) const { return data.address.host(); }
    std::string operator()(const DomainName& data) const { return data.name + "."; }
    std::string operator()(const MailExchanger& data) const {
        return fmt::format("{} {}.", data.preference, data.host);
    }
    std::string operator()(const Service& data) const {
        return fmt::format("{} {} {} {}.", data.priority, data.weight, data.port, data.host);
    }
    std::string operator()(const Text& data) const { return printable(data.text); }
    std::string operator()(const TlsAssociation& data) const {
        std::string text =
            fmt::format("{} {} {} ", data.usage, data.selector, data.matching_type);
        for (const unsigned char byte : data.data) text += fmt::format("{:02X}", byte);
        return text;
    }
};

}  // namespace

std::string type_name(Type type) {
    for (const Named& known : names)
        if (known.type == type) return std::string(known.name);
    return fmt::format("TYPE{}", static_cast<unsigned>(type));
}

std::string Record::text() const {
    return fmt::format("{}. {} IN {} {}", owner, ttl.count(), type_name(type),
                       std::visit(TextOf(), data));
}

}  // namespace postern::dns
