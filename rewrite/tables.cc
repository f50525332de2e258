#include "rewrite/tables.h"

namespace postern::rewrite {

namespace {

// Opens one after the other and keeps the first error.
class Opener {
public:
    Opener(const config::Config& config, table::Registry& registry)
        : config_(config), registry_(registry) {}

    mail::DomainList list(const std::string& parameter, mail::Subdomains subdomains) {
        return kept(parameter, mail::DomainList::open(parameter, config_.text(parameter),
                                                      subdomains, registry_));
    }
    table::Maps maps(const std::string& parameter) {
        return kept(parameter, registry_.open_maps(parameter, config_.text(parameter)));
    }
    RoutingTables routing(const std::string& prefix) {
        return {maps(prefix + "transport_maps"), maps(prefix + "sender_dependent_relayhost_maps"),
                maps(prefix + "sender_dependent_default_transport_maps")};
    }
    const Result<void>& outcome() const { return outcome_; }

private:
    template <class T>
    T kept(const std::string& parameter, Result<T> opened) {
        if (opened) return std::move(*opened);
        if (outcome_) outcome_ = config_.error_in(parameter, opened.error().text);
        return {};
    }

    const config::Config& config_;
    table::Registry& registry_;
    Result<void> outcome_;
};

}  // namespace

Result<Tables> Tables::open(const config::Config& config, table::Registry& registry) {
    Opener opener(config, registry);
    const auto relay =
        mail::subdomains_of("relay_domains", config.list("parent_domain_matches_subdomains"));
    Tables tables{
        opener.list("mydestination", mail::Subdomains::never),
        opener.list("virtual_alias_domains", mail::Subdomains::never),
        opener.list("virtual_mailbox_domains", mail::Subdomains::never),
        opener.list("relay_domains", relay),
        opener.routing(""),
        opener.routing("address_verify_"),
        opener.maps("relocated_maps"),
    };
    if (!opener.outcome()) return opener.outcome().error();
    return tables;
}

std::vector<std::string> Tables::list_files() const {
    std::vector<std::string> files;
    for (const mail::DomainList* list :
         {&mydestination, &virtual_alias_domains, &virtual_mailbox_domains, &relay_domains})
        files.insert(files.end(), list->files().begin(), list->files().end());
    return files;
}

}  // namespace postern::rewrite
