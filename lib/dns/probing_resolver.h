// dnssec_probe: says once when the name servers seem not to validate (RFC 4035).
#pragma once

#include "lib/base/log.h"
#include "lib/dns/resolver.h"

namespace postern::dns {

/// Answers as another resolver, of which validated answers are wanted. When the first answer that
/// is not comes before one that is, it asks for what is always signed, and warns when even that
/// is not validated. References outlive it.
class ProbingResolver final : public Resolver {
public:
    /// `probe`: "ns:.", a type and a name; "" never asks. Error: permanent, it is neither.
    static Result<ProbingResolver> make(Resolver& resolver, const std::string& probe, Log log);

    Task<Result<Response>> look_up(std::string name, Type type, Deadline deadline) override;

private:
    ProbingResolver(Resolver& resolver, std::string probe, std::string name, Type type, Log log)
        : resolver_(&resolver), probe_(std::move(probe)), name_(std::move(name)), type_(type), log_(log) {}
    Task<void> ask();

    Resolver* resolver_;
    std::string probe_, name_;
    Type type_;
    Log log_;
    bool is_settled_ = false;   // validated answers come, or it was said that they do not
};

}  // namespace postern::dns
