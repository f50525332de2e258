// The families put together and sorted at compile time.
#include "lib/config/catalogue.h"

#include "lib/base/spelling.h"
#include "lib/config/catalogue/access.h"
#include "lib/config/catalogue/addresses.h"
#include "lib/config/catalogue/content.h"
#include "lib/config/catalogue/delivery.h"
#include "lib/config/catalogue/installation.h"
#include "lib/config/catalogue/lmtp.h"
#include "lib/config/catalogue/obsolete.h"
#include "lib/config/catalogue/postern.h"
#include "lib/config/catalogue/postscreen.h"
#include "lib/config/catalogue/queue.h"
#include "lib/config/catalogue/smtp.h"
#include "lib/config/catalogue/smtpd.h"
#include "lib/config/catalogue/tables.h"
#include "lib/config/catalogue/tls.h"

#include <algorithm>
#include <array>

namespace postern::config {

namespace {

template <std::size_t... sizes>
constexpr auto in_order(const std::array<Parameter, sizes>&... groups) {
    std::array<Parameter, (sizes + ...)> all{};
    auto end = all.begin();
    ((end = std::copy(groups.begin(), groups.end(), end)), ...);
    std::sort(all.begin(), all.end(),
              [](const Parameter& a, const Parameter& b) { return a.name < b.name; });
    return all;
}

constexpr auto all = in_order(access_parameters, addresses_parameters, content_parameters,
                              delivery_parameters, installation_parameters, lmtp_own_parameters,
                              lmtp_twin_parameters, obsolete_parameters, postern_parameters, postscreen_parameters,
                              queue_parameters, smtp_parameters, smtpd_parameters,
                              tables_parameters, tls_parameters);

static_assert(std::adjacent_find(all.begin(), all.end(), [](const auto& a, const auto& b) {
                  return a.name == b.name;
              }) == all.end());

constexpr auto all_families = std::to_array<Family>({
    {"delivery_slot_cost", "default_delivery_slot_cost"},
    {"delivery_slot_discount", "default_delivery_slot_discount"},
    {"delivery_slot_loan", "default_delivery_slot_loan"},
    {"destination_concurrency_failed_cohort_limit",
     "default_destination_concurrency_failed_cohort_limit"},
    {"destination_concurrency_limit", "default_destination_concurrency_limit"},
    {"destination_concurrency_negative_feedback",
     "default_destination_concurrency_negative_feedback"},
    {"destination_concurrency_positive_feedback",
     "default_destination_concurrency_positive_feedback"},
    {"destination_rate_delay", "default_destination_rate_delay"},
    {"destination_recipient_limit", "default_destination_recipient_limit"},
    {"extra_recipient_limit", "default_extra_recipient_limit"},
    {"initial_destination_concurrency", "initial_destination_concurrency"},
    {"minimum_delivery_slots", "default_minimum_delivery_slots"},
    {"recipient_limit", "default_recipient_limit"},
    {"recipient_refill_delay", "default_recipient_refill_delay"},
    {"recipient_refill_limit", "default_recipient_refill_limit"},
    {"time_limit", "command_time_limit"},
    {"transport_rate_delay", "default_transport_rate_delay"},
});

bool belongs_to(std::string_view name, std::string_view suffix) {
    return name.size() > suffix.size() + 1 && name.ends_with(suffix) &&
           name[name.size() - suffix.size() - 1] == '_';
}

}  // namespace

std::span<const Parameter> catalogue() { return all; }

const Parameter* find_parameter(std::string_view name) {
    const auto found = std::lower_bound(
        all.begin(), all.end(), name,
        [](const Parameter& row, std::string_view wanted) { return row.name < wanted; });
    return found != all.end() && found->name == name ? &*found : nullptr;
}

std::span<const Family> families() { return all_families; }

const Family* find_family(std::string_view suffix) {
    const auto found = std::find_if(all_families.begin(), all_families.end(),
                                    [&](const Family& f) { return f.suffix == suffix; });
    return found == all_families.end() ? nullptr : &*found;
}

const Family* family_of(std::string_view name) {
    if (find_parameter(name)) return nullptr;
    const Family* longest = nullptr;   // "x_destination_recipient_limit" is no "recipient_limit"
    for (const auto& family : all_families)
        if (belongs_to(name, family.suffix) &&
            (!longest || family.suffix.size() > longest->suffix.size()))
            longest = &family;
    return longest;
}

std::string_view nearest_name(std::string_view name) {
    std::string_view nearest;
    auto least = 1 + name.size() / 5;   // more differences than this are another word
    for (const auto& row : all) {
        if (row.name.size() > name.size() + least || name.size() > row.name.size() + least)
            continue;
        const auto differences = spelling_distance(name, row.name);
        if (differences > least || (differences == least && !nearest.empty())) continue;
        least = differences;
        nearest = row.name;
    }
    return nearest;
}

}  // namespace postern::config
