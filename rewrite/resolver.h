// From an address to the place where its mail goes: delivery agent, next hop, recipient, class
// (ADDRESS_CLASS_README, transport(5), trivial-rewrite(8)).
#pragma once

#include "lib/event/task.h"
#include "lib/mail/address_lookup.h"
#include "lib/service/rewrite.h"
#include "rewrite/settings.h"
#include "rewrite/tables.h"
#include "rewrite/target.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::rewrite {

class Resolver {
public:
    /// All outlive the resolver. `form`: of the local context.
    Resolver(const Settings& settings, const StandardForm& form, const Tables& tables);

    /// One recipient of mail from `sender`, both in internal form. A table that cannot answer
    /// gives a Route with its `failure`; a malformed address goes to the error transport.
    Task<service::Route> resolve(std::string sender, std::string recipient,
                                 bool for_verification) const;

private:
    /// One thing to find out, with the rules for it: those of mail, or those of probes.
    struct Question {
        const std::string& sender;
        const Target& target;
        const Defaults& defaults;
        const RoutingTables& tables;
    };
    using Lookup = Result<std::optional<std::string>>;

    Task<Result<void>> decide(const Question& question, service::Route& route) const;
    Task<Result<service::AddressClass>> class_of(const Target& target) const;
    Task<Result<void>> use_defaults(const Question& question, service::Route& route) const;
    Task<Result<void>> use_remote_default(const Question& question, service::Route& route) const;
    Task<Result<void>> use_relayhost(const Question& question, service::Route& route) const;
    Task<Result<void>> use_transport_maps(const Question& question, service::Route& route) const;
    Task<Result<void>> use_relocated_maps(const Target& target, service::Route& route) const;

    Task<Lookup> find_sender(const table::Maps& maps, std::string sender,
                             std::string null_key) const;
    Task<Lookup> find_transport(const table::Maps& maps, std::string address,
                                std::string domain) const;
    Task<Result<mail::LookupKeys>> keys_for(std::string domain) const;

    const Settings& settings_;
    const Tables& tables_;
    TargetFinder targets_;
    mail::Subdomains transport_subdomains_;
};

}  // namespace postern::rewrite
