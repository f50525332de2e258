// DNS lists of clients and domains (RFC 5782): block lists and allow lists.
#pragma once

#include "lib/dns/address_pattern.h"
#include "lib/dns/resolver.h"
#include "lib/event/loop.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::smtpd {

/// A list as a restriction names it: "rbl.example=127.0.0.[2..4]".
struct DnsList {
    std::string text;  ///< as main.cf has it
    std::string domain;
    std::optional<dns::AddressPattern> filter;  ///< nothing: any answer counts

    /// Error: permanent; a domain that is none, a filter that cannot be read.
    static Result<DnsList> parse(std::string_view text);
};

/// What the lists of a process said lately.
class DnsLists {
public:
    DnsLists(event::Loop& loop, dns::Resolver& resolver) : loop_(loop), resolver_(resolver) {}

    /// Whether `subject` ("5.113.0.203", "spam.example") stands on the list, and then why: its TXT
    /// record, or "". Answers are kept for their time to live, a minute at most. Error: the DNS
    /// could not tell.
    Task<Result<std::optional<std::string>>> find(const DnsList& list, std::string subject);

private:
    struct Known {
        std::vector<event::SocketAddress> addresses;
        std::optional<std::string> reason;  // asked for when it is first wanted
        Monotonic until;
    };

    Task<Result<bool>> is_listed(const DnsList& list, const std::string& name);
    Task<Result<std::vector<event::SocketAddress>>> addresses(std::string name);
    Task<std::string> reason(std::string name);
    Known* find_known(const std::string& name);
    Deadline deadline() const;

    event::Loop& loop_;
    dns::Resolver& resolver_;
    std::map<std::string, Known, std::less<>> known_;
};

}  // namespace postern::smtpd
