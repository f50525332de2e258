// cidr:/file: networks (cidr_table(5)). The key is an address; another key matches nothing.
#include "lib/base/strings.h"
#include "lib/table/network.h"
#include "lib/table/registry.h"
#include "lib/table/rule_file.h"
#include "lib/table/rule_list.h"
#include "lib/table/types.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::table {

namespace {

/// A network as RuleList wants it.
struct Pattern {
    Network network;
    Result<std::optional<Captures>> match(const IpAddress& address) const {
        return network.contains(address) ? std::optional(Captures()) : std::nullopt;
    }
};

using Rules = RuleList<Pattern>;

class CidrDictionary final : public Dictionary {
public:
    CidrDictionary(Rules rules, RuleFile file)
        : rules_(std::move(rules)),
          owner_(file.owner),
          watched_files_(std::move(file.watched_files)) {}

    Answer<Found> find(std::string_view key) override {
        const auto address = IpAddress::parse(key);
        return address ? rules_.find(*address) : Found(std::nullopt);
    }
    KeyKind key_kind() const override { return KeyKind::pattern; }
    uid_t owner() const override { return owner_; }
    std::vector<std::string> watched_files() const override { return watched_files_; }

private:
    const Rules rules_;
    const uid_t owner_;
    const std::vector<std::string> watched_files_;
};

/// Reads rules, line by line.
class Reader {
public:
    explicit Reader(const Opening& opening)
        : opening_(opening),
          warn_("cidr", opening.name,
                [&opening](const std::string& text) { opening.registry.warn(text); }) {}

    Rules read(std::string_view content) {
        LogicalLines lines(content, opening_.name, [this](const std::string& text) {
            opening_.registry.warn(text);
        });
        while (const auto line = lines.next()) {
            line_ = line->number;
            read_rule(line->text);
        }
        while (const auto line = rules_.end_open_if()) warn_(line, "IF has no matching ENDIF");
        return std::move(rules_);
    }

private:
    void read_rule(std::string_view text) {
        if (const auto rest = after_word(text, "if")) return read_if(*rest);
        if (const auto rest = after_word(text, "endif")) return read_endif(*rest);
        read_result(text);
    }

    void read_if(std::string_view text) {
        const bool is_negated = take_negation(text);
        if (auto network = parse(text))
            rules_.begin_if({*network}, is_negated, line_);
    }

    void read_endif(std::string_view rest) {
        if (!rest.empty()) return warn_.skip(line_, "garbage after ENDIF");
        if (!rules_.end_if()) warn_.skip(line_, "ENDIF without IF");
    }

    void read_result(std::string_view text) {
        const bool is_negated = take_negation(text);
        const auto end = std::ranges::find_if(text, is_blank) - text.begin();
        const auto pattern = text.substr(0, static_cast<std::size_t>(end));
        const auto result = trim(text.substr(static_cast<std::size_t>(end)));
        if (!pattern.empty() && result.empty()) return warn_.skip(line_, "no lookup result");
        if (auto network = parse(pattern))
            rules_.add({*network}, is_negated, Replacement::literal(result));
    }

    std::optional<Network> parse(std::string_view pattern) const {
        if (pattern.empty()) {
            warn_.skip(line_, "no address pattern");
            return std::nullopt;
        }
        auto network = Network::parse(pattern);
        if (network) return *network;
        warn_.skip(line_, network.error().text);
        return std::nullopt;
    }

    const Opening& opening_;
    const RuleWarnings warn_;
    Rules rules_;
    std::size_t line_ = 0;
};

}  // namespace

OpenedDictionary open_cidr(const Opening& opening) {
    auto file = read_rule_file("cidr", opening.name);
    if (!file) return file.error();
    auto rules = Reader(opening).read(file->content);
    return std::make_unique<CidrDictionary>(std::move(rules), std::move(*file));
}

}  // namespace postern::table
