// Macros of commands; see the header.
#include "services/pipe/arguments.h"

#include "lib/base/strings.h"
#include "lib/config/expansion.h"
#include "lib/mail/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace postern::pipe {

namespace {

/// Attributes of the message that macros give as they are.
constexpr auto attribute_macros = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"client_address", "log_client_address"},
    {"client_helo", "log_helo_name"},
    {"client_hostname", "log_client_name"},
    {"client_port", "log_client_port"},
    {"client_protocol", "log_protocol_name"},
    {"sasl_method", "sasl_method"},
    {"sasl_sender", "sasl_sender"},
    {"sasl_username", "sasl_username"},
});

}  // namespace

/// The parts of one recipient, as the flags fold them.
struct ArgumentExpander::Recipient {
    Recipient(const service::DeliveryRecipient& recipient, const Flags& flags,
              const AddressSyntax& syntax)
        : original(folded(recipient.original, flags)), whole(folded(recipient.address, flags)) {
        const mail::AddressParts parts = mail::split_address(whole);
        mailbox = parts.localpart;
        domain = parts.domain;
        const auto split = mail::split_extension(mailbox, syntax.recipient_delimiter,
                                                 syntax.owner_request_special);
        user = split ? split->user : mailbox;
        extension = split ? split->extension : "";
    }

    static std::string folded(std::string_view address, const Flags& flags) {
        const mail::AddressParts parts = mail::split_address(address);
        std::string text =
            flags.folds_user ? lower(parts.localpart) : std::string(parts.localpart);
        if (!parts.has_domain) return text;
        return text + "@" + (flags.folds_domain ? lower(parts.domain) : std::string(parts.domain));
    }

    std::string original, whole, mailbox, domain, user, extension;
};

std::string ArgumentExpander::address(std::string_view internal) const {
    return attributes_.flags.quotes_addresses ? mail::external(internal) : std::string(internal);
}

std::string ArgumentExpander::sender() const {
    const std::string& sender = job_.request().sender;
    return address(sender.empty() ? attributes_.null_sender : sender);
}

std::optional<std::string> ArgumentExpander::message_macro(std::string_view name) const {
    const service::DeliveryRequest& request = job_.request();
    if (name == "sender") return sender();
    if (name == "nexthop")
        return attributes_.flags.folds_domain ? lower(request.nexthop) : request.nexthop;
    if (name == "queue_id") return request.queue_id;
    if (name == "envid") return request.dsn_envid;
    if (name == "size") return std::to_string(request.message_size);
    const auto found = std::find_if(attribute_macros.begin(), attribute_macros.end(),
                                    [name](const auto& row) { return row.first == name; });
    if (found == attribute_macros.end()) return std::nullopt;
    return std::string(job_.attribute(found->second));
}

std::optional<std::string> ArgumentExpander::recipient_macro(std::string_view name,
                                                             const Recipient& recipient) const {
    if (name == "recipient") return address(recipient.whole);
    if (name == "original_recipient") return address(recipient.original);
    if (name == "user") return recipient.user;
    if (name == "extension") return recipient.extension;
    if (name == "mailbox") return recipient.mailbox;
    if (name == "domain") return recipient.domain;
    return std::nullopt;
}

Result<std::string> ArgumentExpander::expand_for(std::string_view argument,
                                                 const Recipient* recipient,
                                                 bool& names_recipient) const {
    std::string unknown;
    const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
        // What comes from outside is never expanded again.
        const auto literal = [](std::string text) { return replace_all(text, "$", "$$"); };
        if (auto value = message_macro(name)) return literal(std::move(*value));
        if (recipient)
            if (auto value = recipient_macro(name, *recipient)) {
                names_recipient = true;
                return literal(std::move(*value));
            }
        unknown = name;
        return std::nullopt;
    };
    auto expanded = config::expand(argument, lookup);
    if (expanded && !unknown.empty())
        return permanent(fmt::format("unknown macro name: \"{}\"", unknown));
    return expanded;
}

Result<std::vector<std::string>> ArgumentExpander::expand() const {
    std::vector<Recipient> recipients;
    for (const std::size_t index : recipients_)
        recipients.emplace_back(job_.request().recipients[index], attributes_.flags, syntax_);
    std::vector<std::string> arguments;
    for (const std::string& argument : attributes_.argv) {
        for (const Recipient& recipient : recipients) {
            bool names_recipient = false;
            auto expanded = expand_for(argument, &recipient, names_recipient);
            if (!expanded) return expanded.error();
            arguments.push_back(std::move(*expanded));
            if (!names_recipient) break;  // the same for all
        }
    }
    return arguments;
}

}  // namespace postern::pipe
