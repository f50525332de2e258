// check_*_mx_access, check_*_ns_access, check_*_a_access: access tables for the hosts behind a
// domain.
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/hostname.h"
#include "smtpd/rules/access_action.h"
#include "smtpd/rules/access_lookup.h"
#include "smtpd/rules/domain_lookup.h"
#include "smtpd/rules/functions.h"

namespace postern::smtpd::check {

namespace {

enum class Hosts { mail_exchangers, name_servers, addresses };

/// Whose hosts, and how it is called in replies.
struct Owner {
    std::string domain;
    std::string name;
    std::string_view its_class;
};

Owner owner_of_address(const std::string* address, std::string_view its_class) {
    if (!address) return {};
    return {std::string(mail::split_address(*address).domain), *address, its_class};
}
Owner client_owner(const Evaluation& evaluation) {
    const Client& client = evaluation.session().client;
    return {client.is_named() ? client.name : "", evaluation.session().client_text(),
            "Client host"};
}
Owner reverse_client_owner(const Evaluation& evaluation) {
    const std::string& name = evaluation.session().client.reverse_name;
    return {name == "unknown" ? "" : name, name, "Unverified Client host"};
}
Owner helo_owner(const Evaluation& evaluation) {
    return {evaluation.session().helo, evaluation.session().helo, "Helo command"};
}

/// One restriction at work: the hosts of its owner, asked in its table by name and by address.
class HostAccess {
public:
    HostAccess(Evaluation& evaluation, const Rule& rule, Owner owner)
        : evaluation_(evaluation),
          rule_(rule),
          owner_(std::move(owner)),
          lookup_(evaluation.house().loop, evaluation.house().resolver) {}

    Task<Verdict> run(Hosts hosts) {
        if (const auto literal = mail::address_of_literal(owner_.domain))
            co_return co_await check_keys(address_keys(*literal));
        auto names = co_await hosts_of(hosts);
        if (!names) {
            warn(names.error());
            co_return dunno();
        }
        for (const std::string& name : *names) {
            auto verdict = co_await check_host(name, hosts != Hosts::addresses);
            if (verdict.is_final()) co_return verdict;
        }
        co_return dunno();
    }

private:
    Task<Result<std::vector<std::string>>> hosts_of(Hosts hosts) {
        if (hosts == Hosts::mail_exchangers)
            co_return co_await lookup_.mail_exchangers(owner_.domain);
        if (hosts == Hosts::name_servers) co_return co_await lookup_.name_servers(owner_.domain);
        co_return std::vector<std::string>{owner_.domain};
    }

    Task<Verdict> check_host(std::string name, bool by_name) {
        if (by_name) {
            auto verdict = co_await check_keys(
                name_keys(name, evaluation_.settings().access_maps_match_parents));
            if (verdict.is_final()) co_return verdict;
        }
        auto addresses = co_await lookup_.addresses(name);
        if (!addresses) {
            warn(addresses.error());
            co_return dunno();
        }
        for (const event::SocketAddress& address : *addresses) {
            auto verdict = co_await check_keys(address_keys(address.host()));
            if (verdict.is_final()) co_return verdict;
        }
        co_return dunno();
    }

    Task<Verdict> check_keys(Keys keys) {
        auto found = co_await find_first(rule_.tables, std::move(keys));
        if (!found)
            co_return evaluation_.table_failed(found.error(), owner_.name, owner_.its_class);
        if (!*found) co_return dunno();
        auto verdict = co_await obey_access(evaluation_, **found, owner_.name, owner_.its_class,
                                            rule_.argument);
        if (verdict.kind != Verdict::permit) co_return verdict;
        co_return evaluation_.unsafe_permit(rule_, owner_.name);
    }

    /// What cannot be looked up is on no list.
    void warn(const Error& error) const {
        evaluation_.session().reporter.log().warning("{}: {}: {}", rule_.name, owner_.name,
                                                     error.text);
    }

    Evaluation& evaluation_;
    const Rule& rule_;
    const Owner owner_;
    DomainLookup lookup_;
};

Task<Verdict> run(Evaluation& evaluation, const Rule& rule, Owner owner, Hosts hosts) {
    HostAccess access(evaluation, rule, std::move(owner));
    co_return co_await access.run(hosts);
}

Answer<Verdict> check_hosts(Evaluation& evaluation, const Rule& rule, Owner owner, Hosts hosts) {
    if (owner.domain.empty() ||
        (!mail::address_of_literal(owner.domain) && !mail::is_valid_hostname(owner.domain)))
        return dunno();
    return run(evaluation, rule, std::move(owner), hosts);
}

}  // namespace

Answer<Verdict> client_mx_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, client_owner(evaluation), Hosts::mail_exchangers);
}
Answer<Verdict> client_ns_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, client_owner(evaluation), Hosts::name_servers);
}
Answer<Verdict> client_a_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, client_owner(evaluation), Hosts::addresses);
}
Answer<Verdict> reverse_client_mx_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, reverse_client_owner(evaluation), Hosts::mail_exchangers);
}
Answer<Verdict> reverse_client_ns_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, reverse_client_owner(evaluation), Hosts::name_servers);
}
Answer<Verdict> reverse_client_a_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, reverse_client_owner(evaluation), Hosts::addresses);
}
Answer<Verdict> helo_mx_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, helo_owner(evaluation), Hosts::mail_exchangers);
}
Answer<Verdict> helo_ns_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, helo_owner(evaluation), Hosts::name_servers);
}
Answer<Verdict> helo_a_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, helo_owner(evaluation), Hosts::addresses);
}
Answer<Verdict> sender_mx_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, owner_of_address(evaluation.sender(), "Sender address"),
                       Hosts::mail_exchangers);
}
Answer<Verdict> sender_ns_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, owner_of_address(evaluation.sender(), "Sender address"),
                       Hosts::name_servers);
}
Answer<Verdict> sender_a_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule, owner_of_address(evaluation.sender(), "Sender address"),
                       Hosts::addresses);
}
Answer<Verdict> recipient_mx_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule,
                       owner_of_address(evaluation.recipient(), "Recipient address"),
                       Hosts::mail_exchangers);
}
Answer<Verdict> recipient_ns_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule,
                       owner_of_address(evaluation.recipient(), "Recipient address"),
                       Hosts::name_servers);
}
Answer<Verdict> recipient_a_access(Evaluation& evaluation, const Rule& rule) {
    return check_hosts(evaluation, rule,
                       owner_of_address(evaluation.recipient(), "Recipient address"),
                       Hosts::addresses);
}

}  // namespace postern::smtpd::check
