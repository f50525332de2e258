// DNS lists; see the header.
#include "services/postscreen/block_lists.h"

#include "lib/base/strings.h"
#include "lib/mail/hostname.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::postscreen {

namespace {

struct Site {
    std::string domain;
    ListEntry entry;
};

Result<Site> parse_site(std::string_view text) {
    Site site;
    std::string_view rest = text;
    if (const auto weighted = cut(rest, '*')) {
        const auto weight = parse_signed(weighted->second);
        if (!weight || *weight < -1'000'000 || *weight > 1'000'000)
            return permanent(fmt::format("bad DNSBL weight factor \"{}\" in \"{}\"",
                                         weighted->second, text));
        site.entry.weight = static_cast<int>(*weight);
        rest = weighted->first;
    }
    if (const auto filtered = cut(rest, '=')) {
        auto pattern = dns::AddressPattern::parse(filtered->second);
        if (!pattern) return pattern.error();
        site.entry.filter = *pattern;
        rest = filtered->first;
    }
    if (!mail::is_valid_hostname(rest))
        return permanent(fmt::format("bad DNSBL domain name \"{}\" in \"{}\"", rest, text));
    site.domain = rest;
    return site;
}

bool counts(const ListEntry& entry, const service::ListAnswer& answer) {
    if (!entry.filter) return !answer.addresses.empty();
    return std::ranges::any_of(answer.addresses, [&](const std::string& text) {
        const auto address = event::SocketAddress::numeric(text, 0);
        return address && entry.filter->matches(*address);
    });
}

}  // namespace

Result<std::vector<BlockList>> parse_block_lists(const std::vector<std::string>& sites) {
    std::vector<BlockList> lists;
    for (const std::string& text : sites) {
        auto site = parse_site(text);
        if (!site) return site.error().in("postscreen_dnsbl_sites");
        auto list = std::ranges::find(lists, site->domain, &BlockList::domain);
        if (list == lists.end()) list = lists.insert(lists.end(), {site->domain, {}});
        list->entries.push_back(std::move(site->entry));
    }
    return lists;
}

void Rank::add(const BlockList& list, const service::ListAnswer& answer) {
    if (answer.ttl >= 0) ttl_ = std::min(ttl_.value_or(answer.ttl), answer.ttl);
    int weight = 0;
    for (const ListEntry& entry : list.entries)
        if (counts(entry, answer)) weight += entry.weight;
    total_ += weight;
    if (weight <= heaviest_) return;
    heaviest_ = weight;
    heaviest_domain_ = list.domain;
}

seconds Rank::ttl(seconds shortest, seconds longest) const {
    if (!ttl_) return longest;
    return std::min(std::max(seconds(*ttl_), shortest), longest);
}

}  // namespace postern::postscreen
