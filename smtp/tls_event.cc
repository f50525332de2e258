// TLS events as messages; see the header.
#include "smtp/tls_event.h"

#include "lib/base/strings.h"
#include "lib/report/json_string.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace postern::smtp {

namespace {

using report::json_string;

constexpr auto failures = std::to_array<std::pair<TlsFailure, std::string_view>>({
    {TlsFailure::starttls_not_supported, "starttls-not-supported"},
    {TlsFailure::certificate_host_mismatch, "certificate-host-mismatch"},
    {TlsFailure::certificate_not_trusted, "certificate-not-trusted"},
    {TlsFailure::certificate_expired, "certificate-expired"},
    {TlsFailure::validation_failure, "validation-failure"},
    {TlsFailure::sts_policy_fetch_error, "sts-policy-fetch-error"},
    {TlsFailure::sts_policy_invalid, "sts-policy-invalid"},
    {TlsFailure::sts_webpki_invalid, "sts-webpki-invalid"},
    {TlsFailure::tlsa_invalid, "tlsa-invalid"},
    {TlsFailure::dnssec_invalid, "dnssec-invalid"},
    {TlsFailure::dane_required, "dane-required"},
});

constexpr int tlsa_policy = 1, sts_policy = 2, no_policy_found = 9;

std::string text_of(const tls::TlsaRecord& record) {
    std::string text = fmt::format("{} {} {} ", record.usage, record.selector, record.matching_type);
    for (const char byte : record.data) text += fmt::format("{:02X}", static_cast<unsigned char>(byte));
    return text;
}

std::string list(const std::vector<std::string>& texts) {
    std::vector<std::string> quoted;
    for (const std::string& text : texts) quoted.push_back(json_string(text));
    return fmt::format("[{}]", fmt::join(quoted, ","));
}

void add(std::string& members, std::string_view name, std::string_view value) {
    if (!value.empty()) members += fmt::format(",\"{}\":{}", name, json_string(value));
}

std::string policy_of(const TlsEvent& event) {
    std::vector<std::string> strings, patterns;
    int type = no_policy_found;
    std::string domain = event.domain;
    if (event.is_dane) {
        type = tlsa_policy;
        domain = event.host;   // the TLSA base domain (RFC 8460 section 1.1)
        for (const tls::TlsaRecord& record : event.tlsa) strings.push_back(text_of(record));
    } else if (event.sts) {
        type = sts_policy;
        if (!event.sts->domain.empty()) domain = event.sts->domain;
        strings = event.sts->strings;
        patterns = event.sts->mx_patterns;
    }
    std::string members = fmt::format("\"policy-type\":{}", type);
    if (!strings.empty()) members += ",\"policy-string\":" + list(strings);
    add(members, "policy-domain", domain);
    if (!patterns.empty()) members += ",\"mx-host\":" + list(patterns);
    return members;
}

std::string failure_of(const TlsEvent& event) {
    std::string members = fmt::format("\"c\":{}", static_cast<int>(*event.failure));
    add(members, "s", event.own_address);
    add(members, "n", event.host);
    add(members, "r", event.server_address);
    add(members, "f", event.reason);
    return "{" + members + "}";
}

}  // namespace

std::string_view name_of(TlsFailure failure) noexcept {
    return std::ranges::find(failures, failure, &std::pair<TlsFailure, std::string_view>::first)->second;
}

std::optional<TlsFailure> tls_failure_named(std::string_view name) noexcept {
    const auto found = std::ranges::find_if(failures, [name](const auto& row) { return same(row.second, name); });
    if (found == failures.end()) return std::nullopt;
    return found->first;
}

std::string TlsEvent::datagram(std::string_view record) const {
    std::string policy = policy_of(*this);
    if (failure) policy += fmt::format(",\"failure-details\":[{}]", failure_of(*this));
    policy += fmt::format(",\"t\":{},\"f\":{}", failure ? 1 : 0, failure ? 1 : 0);
    return fmt::format("{{\"dpv\":\"1\",\"d\":{},\"pr\":{},\"policies\":[{{{}}}]}}", json_string(domain),
                       json_string(record), policy);
}

}  // namespace postern::smtp
