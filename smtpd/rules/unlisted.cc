// Unlisted addresses; see the header.
#include "smtpd/rules/unlisted.h"

#include "lib/mail/address.h"
#include "lib/mail/status_code.h"
#include "smtpd/address_book.h"

#include <fmt/format.h>

namespace postern::smtpd {

using service::AddressClass;

namespace {

int unknown_code(const RejectCodes& codes, AddressClass address_class) {
    switch (address_class) {
        case AddressClass::local:
            return codes.unknown_local_recipient;
        case AddressClass::virtual_alias:
            return codes.unknown_virtual_alias;
        case AddressClass::virtual_mailbox:
            return codes.unknown_virtual_mailbox;
        case AddressClass::relay:
            return codes.unknown_relay_recipient;
        case AddressClass::remote:
            break;
    }
    return codes.unknown_local_recipient;
}

/// RFC 3463: bad destination mailbox address, bad sender's mailbox address.
std::string_view unknown_status(std::string_view its_class) {
    return its_class.starts_with("Sender") ? "5.1.0" : "5.1.1";
}

/// A virtual alias domain is named whatever show_user_unknown_table_name says, as Postfix does.
std::string unknown_text(const Settings& settings, AddressClass address_class) {
    if (!settings.show_user_unknown_table_name && address_class != AddressClass::virtual_alias)
        return "User unknown";
    return fmt::format("User unknown in {}", AddressBook::table_name(address_class));
}

/// 5: the mail would only come back (error(8)); 4: it would only wait (retry). In a virtual alias
/// domain that is so of all addresses but those that an alias replaces.
std::optional<int> refused_by_transport(const service::Route& route) {
    if (route.address_class == AddressClass::virtual_alias) return std::nullopt;
    if (route.transport == "error") return 5;
    return route.transport == "retry" ? std::optional(4) : std::nullopt;
}

Verdict lookup_failed(Evaluation& evaluation, std::string_view address, const Error& error) {
    evaluation.session().reporter.log().warning("{}", error.text);
    return reject(reply(451, "4.3.0", fmt::format("<{}>: Temporary lookup failure", address)));
}

}  // namespace

Task<Verdict> check_listed(Evaluation& evaluation, std::string address,
                           std::string_view its_class) {
    AddressBook& book = evaluation.house().addresses;
    if (!evaluation.settings().checks_unknown_recipients) co_return dunno();
    if (mail::split_address(address).localpart.empty()) co_return dunno();  // "@domain" is no user
    auto route = co_await book.route(evaluation.session(), address);
    if (!route) co_return lookup_failed(evaluation, address, route.error());
    const int code = unknown_code(evaluation.settings().codes, route->address_class);
    // relocated_maps, or error: transports: the mail could only come back.
    if (!route->relocated.empty()) {
        const auto moved = mail::split_coded_text(route->relocated, {5, 1, 6});
        co_return Evaluation::rejected(code, moved.code.text(), address, its_class,
                                       std::string(moved.text));
    }
    if (const auto refused = refused_by_transport(*route)) {
        const int its_code = *refused == 4 ? 450 : code;
        const auto why = mail::split_coded_text(
            route->nexthop, *mail::StatusCode::parse(unknown_status(its_class)));
        co_return Evaluation::rejected(its_code, mail::agreeing(why.code, its_code).text(), address,
                                       its_class, std::string(why.text));
    }
    auto exists = co_await book.exists(*route);
    if (!exists) co_return lookup_failed(evaluation, address, exists.error());
    if (*exists) co_return dunno();
    const auto status = mail::agreeing(*mail::StatusCode::parse(unknown_status(its_class)), code);
    co_return Evaluation::rejected(code, status.text(), address, its_class,
                                   unknown_text(evaluation.settings(), route->address_class));
}

Task<std::optional<Reply>> check_unlisted_recipient(Evaluation& evaluation) {
    if (!evaluation.settings().smtpd_reject_unlisted_recipient || !evaluation.recipient())
        co_return std::nullopt;
    // Who will never get it need not exist.
    if (evaluation.is_discarded()) co_return std::nullopt;
    co_return co_await evaluation.settle(
        co_await check_listed(evaluation, *evaluation.recipient(), "Recipient address"));
}

Task<std::optional<Reply>> check_unlisted_sender(Evaluation& evaluation) {
    if (!evaluation.settings().smtpd_reject_unlisted_sender || !evaluation.sender() ||
        evaluation.sender()->empty())
        co_return std::nullopt;
    co_return co_await evaluation.settle(
        co_await check_listed(evaluation, *evaluation.sender(), "Sender address"));
}

}  // namespace postern::smtpd
