// Counts by domain and age.
#pragma once

#include "lib/base/clock.h"
#include "tools/qshape/options.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace postern::qshape {

using std::chrono::minutes;

/// The counts of one domain: all, and for each bucket.
struct Counts {
    std::uint64_t total = 0;
    std::vector<std::uint64_t> by_age;
};

/// A row of the outcome.
struct Row {
    std::string domain;   ///< ".example" for a parent, "TOTAL" for all
    Counts counts;
};

/// The limits of the buckets but the last, which has none: each twice, or with is_linear one step
/// above, the one before.
std::vector<minutes> bucket_limits(const Options& options);

/// The domain under which an address counts, in lower case; that of the null address, and of one
/// without a domain, is "MAILER-DAEMON".
std::string domain_of(std::string_view address);

class Distribution {
public:
    explicit Distribution(const Options& options);

    void add(std::string_view address, seconds age);

    /// "TOTAL", then the domains, those with most first, and among equals by name; with
    /// shows_parents also parent domains with enough domains below them, but no top-level domain.
    /// `most`: of the domains, those behind it are left out; 0: none are.
    std::vector<Row> rows(std::size_t most = 0) const;
    const std::vector<minutes>& limits() const noexcept { return limits_; }

private:
    void count(Counts& counts, std::size_t bucket) const;
    void add_parents(std::vector<Row>& rows) const;

    const Options& options_;
    const std::vector<minutes> limits_;
    Counts total_;
    std::map<std::string, Counts, std::less<>> domains_;
};

}  // namespace postern::qshape
