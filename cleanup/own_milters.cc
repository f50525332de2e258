// non_smtpd_milters; see the header.
#include "cleanup/own_milters.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::cleanup {

using milter::Edits;
using milter::Verdict;

/// What macros tell of the message.
struct OwnMilters::Facts {
    Draft draft;
    milter::ClientDetails client;
    std::string queue_id, recipient;
};

namespace {

std::string_view or_else(std::string_view value, std::string_view otherwise) {
    return value.empty() ? otherwise : value;
}

std::optional<std::string> known(std::string_view value) {
    return value.empty() ? std::optional<std::string>() : std::string(value);
}

Edits edits_of(const Verdict& verdict) {
    Edits edits;
    edits.fate = verdict.kind == Verdict::Kind::discard ? Edits::Fate::discard : Edits::Fate::refuse;
    edits.reply = milter::text_of(verdict.reply);
    return edits;
}

}  // namespace

OwnMilters::OwnMilters(service::Daemon& daemon)
    : config_(daemon.config()),
      surroundings_{daemon.loop(), daemon.names(), milter::macro_lists(daemon.config()), daemon.log()},
      macro_v_(config_.text("milter_macro_v")),
      macro_daemon_name_(config_.text("milter_macro_daemon_name")),
      myhostname_(config_.text("myhostname")) {
    auto milters = milter::parse_milters(config_.text("non_smtpd_milters"), milter::milter_defaults(config_));
    if (!milters) daemon.log().fatal("{}", config_.error_in("non_smtpd_milters", milters.error().text).text);
    milters_ = std::move(*milters);
}

milter::ClientDetails OwnMilters::client_of(const Draft& draft) {
    milter::ClientDetails client;
    client.name = or_else(draft.attribute("client_name"), "localhost");
    client.address = or_else(draft.attribute("client_address"), "127.0.0.1");
    if (starts_with_same(client.address, "IPv6:")) client.address.erase(0, 5);
    client.port = static_cast<std::uint16_t>(parse_number(draft.attribute("client_port")).value_or(0));
    client.family = client.address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    return client;
}

std::optional<std::string> OwnMilters::macro(const Facts& facts, std::string_view name) const {
    const milter::ClientDetails& client = facts.client;
    if (name == "i") return facts.queue_id;
    if (name == "j") return myhostname_;
    if (name == "v") return macro_v_;
    if (name == "_") return fmt::format("{} [{}]", client.name, client.address);
    if (name == "{daemon_name}") return macro_daemon_name_;
    if (name == "{daemon_addr}") return std::string(or_else(facts.draft.attribute("server_address"), "127.0.0.1"));
    if (name == "{daemon_port}") return std::string(or_else(facts.draft.attribute("server_port"), "0"));
    if (name == "{client_addr}") return client.address;
    if (name == "{client_name}") return client.name;
    if (name == "{client_ptr}") return std::string(or_else(facts.draft.attribute("reverse_client_name"), "localhost"));
    if (name == "{client_port}") return std::to_string(client.port);
    if (name == "{mail_addr}") return facts.draft.sender;
    if (name == "{rcpt_addr}") return known(facts.recipient);
    if (name == "{auth_type}") return known(facts.draft.attribute("sasl_method"));
    if (name == "{auth_authen}") return known(facts.draft.attribute("sasl_username"));
    if (name == "{auth_author}") return known(facts.draft.attribute("sasl_sender"));
    return std::nullopt;
}

Task<OwnMilters::Outcome> OwnMilters::filter(Draft draft, std::vector<std::string> recipients,
                                             std::string queue_id, milter::StoredContent content) const {
    Facts facts{std::move(draft), {}, std::move(queue_id), {}};
    facts.client = client_of(facts.draft);
    milter::Milters milters(
        surroundings_, milters_,
        milter::with_defaults([this, &facts](std::string_view name) { return macro(facts, name); }, config_));

    Outcome outcome;
    const auto ends = [&outcome](const Verdict& verdict, std::string_view at) {
        if (verdict.goes_on()) return false;
        outcome = {{edits_of(verdict), {}}, at, {}};
        return true;
    };
    if (ends(co_await milters.connect(facts.client), "CONNECT")) co_return outcome;
    const std::string helo(or_else(facts.draft.attribute("helo_name"), "localhost"));
    if (ends(co_await milters.helo(helo), "EHLO")) co_return outcome;
    // No client has put these addresses between brackets.
    if (ends(co_await milters.mail({facts.draft.sender}), "MAIL")) co_return outcome;
    for (const std::string& recipient : recipients) {
        facts.recipient = recipient;
        if (!ends(co_await milters.rcpt({recipient}), "RCPT")) continue;
        outcome.refused_recipient = recipient;
        co_return outcome;
    }
    if (ends(co_await milters.data(), "DATA")) co_return outcome;
    outcome.message = co_await milters.message(content);
    co_return outcome;
}

}  // namespace postern::cleanup
