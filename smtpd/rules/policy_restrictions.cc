// check_policy_service.
#include "smtpd/rules/access_action.h"
#include "smtpd/rules/functions.h"
#include "smtpd/rules/policy_request.h"
#include "smtpd/rules/policy_service.h"
#include "smtpd/submission.h"

namespace postern::smtpd::check {

namespace {

Task<Verdict> ask(Evaluation& evaluation, PolicyService& service) {
    co_await name_accepted(evaluation.session());
    auto action =
        co_await service.ask(policy_request(evaluation, service.settings().policy_context));
    auto verdict = co_await obey_access(evaluation, std::move(action), evaluation.subject_name(),
                                        evaluation.subject_class(), service.settings().endpoint);
    co_return verdict;
}

}  // namespace

Answer<Verdict> policy_service(Evaluation& evaluation, const Rule& rule) {
    return ask(evaluation, *rule.policy);
}

}  // namespace postern::smtpd::check
