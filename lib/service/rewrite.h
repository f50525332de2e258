// Requests to trivial-rewrite (private/rewrite).
#pragma once

#include "lib/service/codec.h"

#include <string>
#include <vector>

namespace postern::service {

/// Addresses brought to standard form; `context` is local, or remote: as headers of mail from
/// outside are (remote_header_rewrite_domain).
struct Rewritten {
    std::vector<std::string> addresses;   ///< one for each asked, in the form of the request
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("addresses", self.addresses);
    }
};
struct Rewrite {
    static constexpr std::string_view frame_name = "rewrite";
    static constexpr bool is_idempotent = true;
    using Reply = Rewritten;
    bool is_local_context = true;
    /// The addresses are in external form, as header fields have them: "a@b" in quotes is a name.
    bool is_external = false;
    std::vector<std::string> addresses;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("is_local_context", self.is_local_context);
        visit("is_external", self.is_external);
        visit("addresses", self.addresses);
    }
};

/// ADDRESS_CLASS_README.
enum class AddressClass { local, virtual_alias, virtual_mailbox, relay, remote };

/// Where mail for one address goes. When `failure` is set the other fields mean nothing: a table
/// could not tell, and the mail waits.
struct Route {
    std::string transport;
    std::string nexthop;
    std::string recipient;    ///< the address as it is to be delivered, internal form
    AddressClass address_class = AddressClass::remote;
    bool is_routed = false;   ///< a source route or the like, which permit_auth_destination refuses
    bool has_error = false;   ///< the address is malformed; transport says how it is refused
    std::string relocated;    ///< relocated_maps: the text for the sender; "" not relocated
    std::string failure;      ///< "": none; else what could not be looked up
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("transport", self.transport);
        visit("nexthop", self.nexthop);
        visit("recipient", self.recipient);
        visit("address_class", self.address_class);
        visit("is_routed", self.is_routed);
        visit("has_error", self.has_error);
        visit("relocated", self.relocated);
        visit("failure", self.failure);
    }
};
struct Resolved {
    std::vector<Route> routes;   ///< one for each asked
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("routes", self.routes);
    }
};
struct Resolve {
    static constexpr std::string_view frame_name = "resolve";
    static constexpr bool is_idempotent = true;
    using Reply = Resolved;
    std::string sender;                    ///< for sender-dependent routing; internal form
    std::vector<std::string> recipients;   ///< internal form
    bool for_verification = false;         ///< with the address_verify_* parameters instead
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("sender", self.sender);
        visit("recipients", self.recipients);
        visit("for_verification", self.for_verification);
    }
};

}  // namespace postern::service
