// cidr:/file: networks (cidr_table(5)). The key is an address; another key matches nothing.
#include "lib/base/strings.h"
#include "lib/table/network.h"
#include "lib/table/rule_table.h"
#include "lib/table/types.h"

#include <algorithm>

namespace postern::table {

namespace {

/// A network as RuleList wants it.
struct NetworkPattern {
    Network network;
    static std::optional<IpAddress> subject(std::string_view key) { return IpAddress::parse(key); }
    /// Not even "!" says something about addresses of the other protocol.
    bool is_about(const IpAddress& address) const { return network.is_v6() == address.is_v6(); }
    Result<std::optional<Captures>> match(const IpAddress& address) const {
        return network.contains(address) ? std::optional(Captures()) : std::nullopt;
    }
};

struct CidrSyntax {
    using Pattern = NetworkPattern;
    using Rules = RuleList<Pattern>;

    void read_if(std::string_view text, const RuleLine& line, Rules& rules) const {
        const bool is_negated = take_negation(text);
        if (auto network = parse(text, line))
            rules.begin_if({*network}, is_negated, line.number());
    }

    void read_endif(std::string_view rest, const RuleLine& line, Rules& rules) const {
        if (!rest.empty()) return line.skip("garbage after ENDIF");
        if (!rules.end_if()) line.skip("ENDIF without IF");
    }

    void read_rule(std::string_view text, const RuleLine& line, Rules& rules) const {
        const bool is_negated = take_negation(text);
        const auto end = std::ranges::find_if(text, is_blank) - text.begin();
        const auto pattern = text.substr(0, static_cast<std::size_t>(end));
        const auto result = trim(text.substr(static_cast<std::size_t>(end)));
        if (!pattern.empty() && result.empty()) return line.skip("no lookup result");
        if (auto network = parse(pattern, line))
            rules.add({*network}, is_negated, Replacement::literal(result));
    }

private:
    static std::optional<Network> parse(std::string_view pattern, const RuleLine& line) {
        if (pattern.empty()) {
            line.skip("no address pattern");
            return std::nullopt;
        }
        auto network = Network::parse(pattern);
        if (network) return *network;
        line.skip(network.error().text);
        return std::nullopt;
    }
};

}  // namespace

OpenedDictionary open_cidr(const Opening& opening) {
    return open_rule_table(opening, "cidr", CidrSyntax());
}

}  // namespace postern::table
