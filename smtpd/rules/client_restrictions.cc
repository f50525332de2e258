// Restrictions on who the client is.
#include "smtpd/lists.h"
#include "smtpd/rules/functions.h"

#include <fmt/format.h>

namespace postern::smtpd::check {

namespace {

Verdict permit_if(Evaluation& evaluation, const Result<bool>& found, std::string_view list) {
    if (!found) return evaluation.cannot_tell(list, found.error());
    return *found ? permit() : dunno();
}

Task<Verdict> permit_networks_of_tables(Evaluation& evaluation, Answer<Result<bool>> answer) {
    auto found = co_await answer;
    co_return permit_if(evaluation, found, "mynetworks");
}

/// RFC 7372 section 3.4.
Verdict unnamed(Evaluation& evaluation, std::string_view what, bool is_temporary) {
    const int code = is_temporary ? 450 : evaluation.settings().codes.unknown_client;
    const std::string text = fmt::format("Client host rejected: cannot find your {}, [{}]", what,
                                         evaluation.session().client.address);
    // RFC 7372 has a status for a name that fails, and none for an address without one.
    const bool is_reverse = what != "hostname";
    const std::string status = fmt::format("{}.7.{}", code < 500 ? 4 : 5, is_reverse ? 1 : 25);
    Verdict refusal = reject(reply(code, status, text));
    if (!is_temporary) return refusal;
    refusal.reply.status = mail::StatusCode{4, 7, 1};
    return evaluation.temporarily(evaluation.settings().codes.reject_tempfail_action, refusal);
}

}  // namespace

Answer<Verdict> permit_inet_interfaces(Evaluation& evaluation, const Rule&) {
    return evaluation.house().lists.is_own_address(evaluation.session().client.address) ? permit()
                                                                                        : dunno();
}

Answer<Verdict> permit_mynetworks(Evaluation& evaluation, const Rule&) {
    const Client& client = evaluation.session().client;
    Answer<Result<bool>> found =
        evaluation.house().lists.mynetworks.has(client.name, client.address);
    if (found.await_ready()) return permit_if(evaluation, found.await_resume(), "mynetworks");
    return permit_networks_of_tables(evaluation, std::move(found));
}

Answer<Verdict> reject_unknown_client_hostname(Evaluation& evaluation, const Rule&) {
    const Client& client = evaluation.session().client;
    if (client.is_named()) return dunno();
    return unnamed(evaluation, "hostname", client.name_status == dns::NameStatus::temporary);
}

Answer<Verdict> reject_unknown_reverse_client_hostname(Evaluation& evaluation, const Rule&) {
    const Client& client = evaluation.session().client;
    if (client.reverse_name_status == dns::NameStatus::ok) return dunno();
    return unnamed(evaluation, "reverse hostname",
                   client.reverse_name_status == dns::NameStatus::temporary);
}

/// The name is there and leads somewhere, but not back.
Answer<Verdict> reject_unknown_forward_client_hostname(Evaluation& evaluation, const Rule& rule) {
    return reject_unknown_client_hostname(evaluation, rule);
}

}  // namespace postern::smtpd::check
