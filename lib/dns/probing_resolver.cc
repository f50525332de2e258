// The probe; see the header.
#include "lib/dns/probing_resolver.h"

#include "lib/base/strings.h"

#include <optional>

namespace postern::dns {

namespace {

std::optional<Type> type_named(std::string_view name) {
    for (const Type type : {Type::a, Type::ns, Type::cname, Type::soa, Type::ptr, Type::mx, Type::txt, Type::aaaa,
                            Type::srv, Type::tlsa})
        if (same(type_name(type), name)) return type;
    return std::nullopt;
}

}  // namespace

Result<ProbingResolver> ProbingResolver::make(Resolver& resolver, const std::string& probe, Log log) {
    const auto parts = cut(probe, ':');
    const auto type = parts ? type_named(trim(parts->first)) : std::nullopt;
    if (!probe.empty() && !type)
        return permanent("malformed dnssec_probe value: \"" + printable(probe) + "\"");
    ProbingResolver made(resolver, probe, parts ? std::string(trim(parts->second)) : "", type.value_or(Type::ns), log);
    made.is_settled_ = probe.empty();
    return made;
}

Task<void> ProbingResolver::ask() {
    is_settled_ = true;
    auto answer = co_await resolver_->look_up(name_, type_, Deadline::never());
    if (answer && answer->is_authenticated) co_return;
    log_.warning("DNSSEC validation may be unavailable");
    if (answer)
        log_.warning("reason: dnssec_probe '{}' received a response that is not DNSSEC validated", probe_);
    else
        log_.warning("reason: dnssec_probe '{}' received no response: {}", probe_, answer.error().text);
}

Task<Result<Response>> ProbingResolver::look_up(std::string name, Type type, Deadline deadline) {
    auto answer = co_await resolver_->look_up(std::move(name), type, deadline);
    if (answer && answer->is_authenticated) is_settled_ = true;
    if (!is_settled_) co_await ask();
    co_return answer;
}

}  // namespace postern::dns
