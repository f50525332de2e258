// DNS lists; see the header.
#include "smtpd/rules/dns_list.h"

#include "lib/base/strings.h"
#include "lib/mail/hostname.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtpd {

namespace {

constexpr seconds longest_wait{100};
constexpr seconds longest_kept{60}, shortest_kept{1};
constexpr std::size_t most_known = 5000;
constexpr std::size_t longest_name = 255;

}  // namespace

Result<DnsList> DnsList::parse(std::string_view text) {
    DnsList list;
    list.text = text;
    const auto parts = cut(text, '=');
    list.domain = parts ? parts->first : text;
    if (!mail::is_valid_hostname(list.domain))
        return permanent(fmt::format("bad DNS list name \"{}\"", printable(text)));
    if (!parts) return list;
    auto filter = dns::AddressPattern::parse(parts->second);
    if (!filter) return filter.error();
    list.filter = *filter;
    return list;
}

Deadline DnsLists::deadline() const {
    return loop_.in(longest_wait);
}

DnsLists::Known* DnsLists::find_known(const std::string& name) {
    const auto found = known_.find(name);
    if (found == known_.end()) return nullptr;
    if (found->second.until > loop_.now()) return &found->second;
    known_.erase(found);
    return nullptr;
}

Task<Result<std::vector<event::SocketAddress>>> DnsLists::addresses(std::string name) {
    if (const Known* known = find_known(name)) co_return known->addresses;
    auto response = co_await resolver_.look_up(name, dns::Type::a, deadline());
    if (!response) co_return response.error();
    Known known;
    for (const dns::Record& record : response->records)
        if (const auto* host = std::get_if<dns::HostAddress>(&record.data))
            known.addresses.push_back(host->address);
    known.until = loop_.now() + std::clamp(response->ttl, shortest_kept, longest_kept);
    if (known_.size() >= most_known) known_.clear();
    auto addresses = known.addresses;
    known_.insert_or_assign(std::move(name), std::move(known));
    co_return addresses;
}

/// A list need not say why, and its failure to say so changes nothing.
Task<std::string> DnsLists::reason(std::string name) {
    if (const Known* known = find_known(name); known && known->reason) co_return *known->reason;
    auto response = co_await resolver_.look_up(name, dns::Type::txt, deadline());
    std::string reason;
    if (response && !response->records.empty())
        if (const auto* text = std::get_if<dns::Text>(&response->records.front().data))
            reason = printable(text->text, 200);
    if (Known* known = find_known(name)) known->reason = reason;
    co_return reason;
}

Task<Result<bool>> DnsLists::is_listed(const DnsList& list, const std::string& name) {
    if (name.size() > longest_name) co_return false;
    auto found = co_await addresses(name);
    if (!found) co_return found.error();
    if (!list.filter) co_return !found->empty();
    co_return std::any_of(found->begin(), found->end(), [&](const event::SocketAddress& address) {
        return list.filter->matches(address);
    });
}

Task<Result<std::optional<std::string>>> DnsLists::find(const DnsList& list, std::string subject) {
    const std::string name = fmt::format("{}.{}", subject, list.domain);
    auto listed = co_await is_listed(list, name);
    if (!listed) co_return listed.error().in(name);
    if (!*listed) co_return std::optional<std::string>();
    co_return std::optional<std::string>(co_await reason(name));
}

}  // namespace postern::smtpd
