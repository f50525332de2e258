#include "rewrite/requests.h"

namespace postern::rewrite {

namespace {

Completion local_completion(const Settings& settings) {
    return {settings.append_at_myorigin ? settings.myorigin : "",
            settings.append_dot_mydomain ? settings.mydomain : ""};
}

// Addresses of strangers are never made to look like ours.
Completion remote_completion(const Settings& settings) {
    return {settings.append_at_myorigin ? settings.remote_header_rewrite_domain : "",
            settings.append_dot_mydomain ? settings.remote_header_rewrite_domain : ""};
}

StandardForm::Operators operators(const Settings& settings) {
    return {settings.swap_bangpath, settings.allow_percent_hack};
}

}  // namespace

Requests::Requests(const Settings& settings, const Tables& tables,
                   std::function<void(const std::string&)> warn)
    : local_(operators(settings), local_completion(settings)),
      remote_(operators(settings), remote_completion(settings)),
      resolver_(settings, local_, tables),
      warn_(std::move(warn)) {}

Task<Result<service::Rewritten>> Requests::rewrite(service::Rewrite request) const {
    const StandardForm& form = request.is_local_context ? local_ : remote_;
    service::Rewritten reply;
    for (const std::string& address : request.addresses)
        reply.addresses.push_back(request.is_external ? form.of_external(address)
                                                      : form.of_internal(address));
    co_return reply;
}

Task<Result<service::Resolved>> Requests::resolve(service::Resolve request) const {
    service::Resolved reply;
    for (std::string& recipient : request.recipients) {
        service::Route route = co_await resolver_.resolve(request.sender, std::move(recipient),
                                                          request.for_verification);
        if (!route.failure.empty()) warn_(route.failure);
        reply.routes.push_back(std::move(route));
    }
    co_return reply;
}

}  // namespace postern::rewrite
