// Counting; see the header.
#include "tools/qshape/distribution.h"

#include "lib/base/strings.h"

#include <algorithm>

namespace postern::qshape {

std::vector<minutes> bucket_limits(const Options& options) {
    std::vector<minutes> limits;
    std::uint64_t limit = options.bucket_minutes;
    while (limits.size() + 1 < options.buckets) {
        limits.push_back(minutes(limit));
        limit = options.is_linear ? limit + options.bucket_minutes : 2 * limit;
    }
    return limits;
}

std::string domain_of(std::string_view address) {
    const auto at = address.rfind('@');
    return at == address.npos ? "MAILER-DAEMON" : lower(address.substr(at + 1));
}

Distribution::Distribution(const Options& options)
    : options_(options), limits_(bucket_limits(options)) {
    total_.by_age.resize(limits_.size() + 1);
}

void Distribution::count(Counts& counts, std::size_t bucket) const {
    counts.by_age.resize(limits_.size() + 1);
    ++counts.total;
    ++counts.by_age[bucket];
}

void Distribution::add(std::string_view address, seconds age) {
    const auto bucket = std::ranges::find_if(limits_, [age](minutes limit) { return age < limit; });
    const auto index = static_cast<std::size_t>(bucket - limits_.begin());
    count(total_, index);
    count(domains_[domain_of(address)], index);
}

void Distribution::add_parents(std::vector<Row>& rows) const {
    struct Parent {
        Counts counts;
        std::size_t subdomains = 0;
    };
    std::map<std::string, Parent> parents;
    for (const auto& [domain, counts] : domains_) {
        std::string_view rest = domain;
        for (auto dot = rest.find('.'); dot != rest.npos; dot = rest.find('.', 1)) {
            rest.remove_prefix(dot);
            if (rest.find('.', 1) == rest.npos) break;   // a top-level domain
            Parent& parent = parents[std::string(rest)];
            ++parent.subdomains;
            parent.counts.total += counts.total;
            parent.counts.by_age.resize(counts.by_age.size());
            for (std::size_t i = 0; i < counts.by_age.size(); ++i)
                parent.counts.by_age[i] += counts.by_age[i];
        }
    }
    for (auto& [domain, parent] : parents)
        if (parent.subdomains >= options_.least_subdomains)
            rows.push_back({domain, std::move(parent.counts)});
}

std::vector<Row> Distribution::rows(std::size_t most) const {
    std::vector<Row> rows;
    for (const auto& [domain, counts] : domains_) rows.push_back({domain, counts});
    if (options_.shows_parents) add_parents(rows);
    std::ranges::sort(rows, [](const Row& a, const Row& b) {
        return std::pair(b.counts.total, std::string_view(a.domain)) <
               std::pair(a.counts.total, std::string_view(b.domain));
    });
    if (most > 0 && rows.size() > most) rows.resize(most);
    rows.insert(rows.begin(), {"TOTAL", total_});
    return rows;
}

}  // namespace postern::qshape
