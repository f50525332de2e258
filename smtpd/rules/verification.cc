// reject_unverified_sender, reject_unverified_recipient (ADDRESS_VERIFICATION_README).
#include "lib/mail/address.h"
#include "lib/service/verify.h"
#include "smtpd/rules/functions.h"

#include <fmt/format.h>

namespace postern::smtpd::check {

using service::AddressState;

namespace {

/// The codes and words of one of the two.
struct Terms {
    std::string_view its_class, status;
    int reject_code, defer_code;
    std::string_view reason, tempfail_action;
};

Terms terms_for_sender(const RejectCodes& codes) {
    return {"Sender address",
            "5.1.7",
            codes.unverified_sender,
            codes.unverified_sender_defer,
            codes.unverified_sender_reject_reason,
            codes.unverified_sender_tempfail_action};
}
Terms terms_for_recipient(const RejectCodes& codes) {
    return {"Recipient address",
            "5.1.1",
            codes.unverified_recipient,
            codes.unverified_recipient_defer,
            codes.unverified_recipient_reject_reason,
            codes.unverified_recipient_tempfail_action};
}

/// `why` unless the administrator has words of his own.
Verdict refusal(int code, const Terms& terms, const std::string& address, std::string_view why) {
    const auto status = mail::agreeing(*mail::StatusCode::parse(terms.status), code).text();
    return Evaluation::rejected(
        code, status, address, terms.its_class,
        fmt::format("{} address: {}", code < 500 ? "unverified" : "undeliverable",
                    terms.reason.empty() ? why : terms.reason));
}

/// Asks until the result of a probe is there, address_verify_poll_count times.
Task<Result<service::AddressKnowledge>> ask(Evaluation& evaluation, const std::string& address) {
    const Settings& settings = evaluation.settings();
    const std::int64_t polls = evaluation.session().is_stressed
                                   ? settings.stressed_address_verify_poll_count
                                   : settings.address_verify_poll_count;
    event::Loop& loop = evaluation.house().loop;
    for (std::int64_t asked = 1;; ++asked) {
        auto known = co_await evaluation.house().verify.call(service::QueryAddress{address},
                                                             loop.in(settings.ipc_timeout));
        if (!known || known->state != AddressState::unknown || asked >= polls) co_return known;
        co_await event::Sleep(loop, loop.in(settings.address_verify_poll_delay));
    }
}

Verdict judge(Evaluation& evaluation, const Terms& terms, const std::string& address,
              const service::AddressKnowledge& known) {
    switch (known.state) {
        case AddressState::deliverable:
            return dunno();
        case AddressState::bounced:
            return refusal(terms.reject_code, terms, address, known.text);
        case AddressState::deferred:
            return evaluation.temporarily(terms.tempfail_action,
                                          refusal(terms.defer_code, terms, address, known.text));
        case AddressState::unknown:
            break;
    }
    return evaluation.temporarily(
        terms.tempfail_action,
        refusal(terms.defer_code, terms, address, "Address verification in progress"));
}

Task<Verdict> check_address(Evaluation& evaluation, std::string address, Terms terms) {
    auto known = co_await ask(evaluation, address);
    if (known) co_return judge(evaluation, terms, address, *known);
    evaluation.session().reporter.log().warning("{}", known.error().text);
    co_return evaluation.temporarily(
        terms.tempfail_action,
        Evaluation::rejected(450, terms.status == "5.1.7" ? "4.1.7" : "4.1.1", address,
                             terms.its_class, "address verification problem"));
}

}  // namespace

Answer<Verdict> reject_unverified_sender(Evaluation& evaluation, const Rule&) {
    if (!evaluation.sender() || evaluation.sender()->empty()) return dunno();
    return check_address(evaluation, *evaluation.sender(),
                         terms_for_sender(evaluation.settings().codes));
}

Answer<Verdict> reject_unverified_recipient(Evaluation& evaluation, const Rule&) {
    if (!evaluation.recipient()) return dunno();
    return check_address(evaluation, *evaluation.recipient(),
                         terms_for_recipient(evaluation.settings().codes));
}

}  // namespace postern::smtpd::check
