// Lists of domains as main.cf has them: mydestination, relay_domains, virtual_alias_domains ...
// Patterns are domain names, "/file/name" (replaced by its lines) and "type:table" (a domain that
// is a key belongs to the list); "!" before one excludes what it matches. The first pattern that
// matches decides.
#pragma once

#include "lib/event/task.h"
#include "lib/table/registry.h"
#include "lib/table/table.h"

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace postern::mail {

/// What a pattern says of subdomains.
enum class Subdomains {
    never,   ///< the whole name only (mydestination, virtual_*_domains)
    dotted,  ///< ".example.com" matches them
    always,  ///< "example.com" matches them, too (parent_domain_matches_subdomains)
};

class DomainList {
public:
    DomainList() = default;
    /// Reads the value of `parameter`. Error (permanent): a file that cannot be read, files in
    /// files without end, a table of no known type; names the parameter.
    static Result<DomainList> open(std::string_view parameter, std::string_view value,
                                   Subdomains subdomains, table::Registry& tables);

    bool empty() const noexcept { return patterns_.empty(); }
    /// Whether `domain` (any case) belongs to the list. Error: a table could not tell.
    /// `domain` lives until the answer is awaited to its end.
    Answer<Result<bool>> has(std::string_view domain) const;

    /// The files that the list was read from; a daemon retires when one changes.
    const std::vector<std::string>& files() const noexcept { return files_; }

private:
    struct Pattern {
        // Shared as the registry shares it with other parameters.
        std::variant<std::string, std::shared_ptr<table::Table>> what;
        bool is_excluded = false;
    };
    Result<void> add(std::string_view value, table::Registry& tables, int depth, bool is_excluded);
    Result<void> add_pattern(std::string_view pattern, table::Registry& tables, int depth,
                             bool is_excluded);
    bool matches(std::string_view pattern, std::string_view domain) const noexcept;
    Task<Result<bool>> has_in_tables(std::string_view domain) const;
    Task<Result<bool>> is_key(table::Table& table, std::string_view domain) const;

    Subdomains subdomains_ = Subdomains::never;
    std::vector<Pattern> patterns_;
    std::vector<std::string> files_;
    bool has_tables_ = false;
};

/// How `parameter` reads its patterns, from the value of parent_domain_matches_subdomains.
Subdomains subdomains_of(std::string_view parameter,
                         const std::vector<std::string>& parent_matching);

}  // namespace postern::mail
