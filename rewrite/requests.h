// Answers the requests that trivial-rewrite serves; each may ask for many addresses.
#pragma once

#include "lib/service/rewrite.h"
#include "rewrite/resolver.h"
#include "rewrite/standard_form.h"

#include <functional>

namespace postern::rewrite {

class Requests {
public:
    /// `warn` gets a line for each table that could not answer. All outlive the object.
    Requests(const Settings& settings, const Tables& tables,
             std::function<void(const std::string&)> warn);

    Requests(const Requests&) = delete;  // the resolver refers to the local form

    Task<Result<service::Rewritten>> rewrite(service::Rewrite request) const;
    Task<Result<service::Resolved>> resolve(service::Resolve request) const;

private:
    StandardForm local_, remote_;
    Resolver resolver_;
    std::function<void(const std::string&)> warn_;
};

}  // namespace postern::rewrite
