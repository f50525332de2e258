// Replies for block lists; see the header.
#include "smtpd/rules/list_reply.h"

#include "lib/base/strings.h"
#include "lib/config/expansion.h"
#include "lib/mail/address.h"
#include "smtpd/lists.h"
#include "smtpd/template_value.h"

#include <fmt/format.h>

#include <map>

namespace postern::smtpd {

namespace {

using Values = std::map<std::string, std::string, std::less<>>;

/// The address with its parts, "<>" where there is none but the null address.
void add_address(Values& values, const std::string& name, const std::string* address) {
    if (!address) return;
    const auto parts = mail::split_address(*address);
    values[name] = address->empty() ? "<>" : *address;
    values[name + "_name"] = address->empty() ? "<>" : std::string(parts.localpart);
    values[name + "_domain"] = parts.domain;
}

Values values_of(const Evaluation& evaluation, const DnsList& list, const Listed& listed) {
    const Client& client = evaluation.session().client;
    Values values{
        {"client", evaluation.session().client_text()},
        {"client_address", client.address},
        {"client_name", client.name},
        {"reverse_client_name", client.reverse_name},
        {"helo_name", evaluation.session().helo},
        {"rbl_class", std::string(listed.its_class)},
        {"rbl_code", std::to_string(evaluation.settings().codes.maps_rbl)},
        {"rbl_domain", list.domain},
        {"rbl_reason", listed.reason},
        {"rbl_what", listed.what},
    };
    add_address(values, "sender", evaluation.sender());
    add_address(values, "recipient", evaluation.recipient());
    return values;
}

Result<std::string> expand(std::string_view reply_template, const Values& values,
                           std::string_view allowed) {
    return config::expand(reply_template, [&](std::string_view name) -> std::optional<std::string> {
        const auto value = values.find(name);
        return value == values.end() ? std::optional<std::string>("")
                                     : template_value(value->second, allowed);
    });
}

/// "554 5.7.1 text"; without a code it is of no use.
std::optional<Reply> parse(std::string_view text) {
    const auto code = parse_number(text.substr(0, 3));
    if (!code || *code < 400 || *code > 599 || (text.size() > 3 && text[3] != ' '))
        return std::nullopt;
    return Reply::from_text(text,
                            reply(static_cast<int>(*code), *code < 500 ? "4.7.1" : "5.7.1", ""));
}

Task<table::Found> find_template(const Lists& lists, const DnsList& list) {
    auto found = co_await lists.rbl_reply_maps.find(list.text);
    if (!found || *found || !list.filter) co_return found;
    co_return co_await lists.rbl_reply_maps.find(list.domain);
}

}  // namespace

Task<Reply> list_reply(Evaluation& evaluation, const DnsList& list, Listed listed) {
    const Settings& settings = evaluation.settings();
    const Values values = values_of(evaluation, list, listed);
    std::string chosen = settings.default_rbl_reply;
    if (!evaluation.house().lists.rbl_reply_maps.empty()) {
        auto found = co_await find_template(evaluation.house().lists, list);
        if (!found)
            evaluation.session().reporter.log().warning("rbl_reply_maps: {}", found.error().text);
        else if (*found)
            chosen = **found;
    }
    const auto text = expand(chosen, values, settings.smtpd_expansion_filter);
    if (text)
        if (auto refusal = parse(*text)) co_return *refusal;
    evaluation.session().reporter.log().warning(
        "{}: bad reply template \"{}\": {}", list.text, printable(chosen, 200),
        text ? "it does not begin with a reply code 4xx or 5xx" : text.error().text);
    co_return reply(settings.codes.maps_rbl, "5.7.1",
                    fmt::format("Service unavailable; {} [{}] blocked using {}", listed.its_class,
                                listed.what, list.domain));
}

}  // namespace postern::smtpd
