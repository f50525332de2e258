// What a TLS handshake with a server came to, for the reports that its domain wishes for (RFC 8460).
#pragma once

#include "lib/tls/client.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::smtp {

/// The result types of RFC 8460 section 4.3, by the numbers that a collector knows them by.
enum class TlsFailure {
    starttls_not_supported = 201,
    certificate_host_mismatch = 202,
    certificate_not_trusted = 203,
    certificate_expired = 204,
    validation_failure = 205,
    sts_policy_fetch_error = 301,
    sts_policy_invalid = 302,
    sts_webpki_invalid = 303,
    tlsa_invalid = 304,
    dnssec_invalid = 305,
    dane_required = 306,
};
/// "starttls-not-supported"
std::string_view name_of(TlsFailure failure) noexcept;
std::optional<TlsFailure> tls_failure_named(std::string_view name) noexcept;

/// The MTA-STS policy (RFC 8461) that makes a next hop's TLS policy, as a program behind
/// smtp_tls_policy_maps tells it.
struct StsPolicy {
    bool is_found = false;                  ///< false: it is told that there is none
    std::string domain;                     ///< "": that of the mail
    std::vector<std::string> strings;       ///< its lines, "mode: enforce"
    std::vector<std::string> mx_patterns;   ///< of its mx: lines
};

struct TlsEvent {
    std::string domain;        ///< that the mail goes to, as A-labels
    std::string host, server_address;
    std::string own_address;   ///< "" where there was no connection
    bool is_dane = false;      ///< the policy is a set of TLSA records
    std::vector<tls::TlsaRecord> tlsa;
    std::optional<StsPolicy> sts;
    std::optional<TlsFailure> failure;   ///< nothing: the server is as protected as it should be
    std::string reason;        ///< of the failure, for people; "" none
    bool is_resumed = false;   ///< it was no whole handshake

    /// The message to a collector, which is that of tlsrpt-collectd (datagram version 1): a JSON
    /// object of
    ///     dpv       "1"
    ///     d, pr     the domain, and its TLSRPT record (`record`)
    ///     policies  one object: policy-type (1 TLSA, 2 MTA-STS, 9 none), policy-string,
    ///               policy-domain, mx-host as in section 4.4 of RFC 8460; f, 1 for a failure; t, the
    ///               number of objects in failure-details, each of
    ///         c  the number of the result type     s  our address
    ///         n, r  the server's name and address  f  the reason
    std::string datagram(std::string_view record) const;
};

}  // namespace postern::smtp
