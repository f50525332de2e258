// What is known of addresses: where their mail goes (asked of trivial-rewrite), and whether a
// recipient exists (asked of the tables of its address class, ADDRESS_CLASS_README).
#pragma once

#include "lib/service/client.h"
#include "lib/service/rewrite.h"
#include "smtpd/lists.h"
#include "smtpd/session.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::smtpd {

class AddressBook {
public:
    AddressBook(const Settings& settings, const Lists& lists, service::Client& rewrite)
        : settings_(settings), lists_(lists), rewrite_(rewrite) {}

    /// Asked once in a transaction for each address. Errors: a table or the service cannot tell.
    Task<Result<service::Route>> route(Session& session, std::string_view address);

    /// Whether no mail can ever have this address (RFC 5321 section 4.1.2), as an address of the
    /// current transaction: a domain that is none, also behind one of ours (user%no+domain@ours),
    /// one outside of ASCII without SMTPUTF8, an option instead of a user. What cannot be told is
    /// not.
    Task<bool> is_malformed(Session& session, std::string address);

    /// Whether the recipient of a route is one that its address class has; also true where the
    /// class keeps no list of its recipients. Error: a table could not tell.
    Task<Result<bool>> exists(const service::Route& route) const;

    /// How a class is called in replies: "local recipient table".
    static std::string_view table_name(service::AddressClass address_class);

private:
    Task<Result<bool>> is_in(const table::Maps& maps, std::string address,
                             bool has_bare_localpart) const;
    Task<Result<bool>> is_mapped(std::string_view address) const;

    const Settings& settings_;
    const Lists& lists_;
    service::Client& rewrite_;
};

/// Whether a domain can be one without asking: a host name, or an address in brackets.
bool is_plain_domain(std::string_view domain);

}  // namespace postern::smtpd
