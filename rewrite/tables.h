// The lists and tables that decide where mail goes.
#pragma once

#include "lib/config/config.h"
#include "lib/mail/domain_list.h"
#include "lib/table/registry.h"

#include <string>
#include <vector>

namespace postern::rewrite {

/// Those that address_verify_* parameters may replace.
struct RoutingTables {
    table::Maps transport;                 ///< transport_maps
    table::Maps sender_relayhost;          ///< sender_dependent_relayhost_maps
    table::Maps sender_default_transport;  ///< sender_dependent_default_transport_maps
};

struct Tables {
    mail::DomainList mydestination;
    mail::DomainList virtual_alias_domains;
    mail::DomainList virtual_mailbox_domains;
    mail::DomainList relay_domains;
    RoutingTables mail, probes;
    table::Maps relocated;

    /// Opens all of them. Error (permanent): a parameter that cannot be read, with its place.
    static Result<Tables> open(const config::Config& config, table::Registry& registry);
    /// The files that domain lists were read from.
    std::vector<std::string> list_files() const;
};

}  // namespace postern::rewrite
