// The table of changed defaults.
#include "lib/config/compatibility.h"

#include <algorithm>
#include <array>

namespace postern::config {

namespace {

constexpr auto changed = std::to_array<ChangedDefault>({
    {"append_dot_mydomain", "1", "append_dot_mydomain=yes"},
    {"chroot", "1", "chroot=y"},   // the column of master.cf
    {"smtpd_relay_restrictions", "1", "smtpd_relay_restrictions = (empty)"},
    {"smtputf8_enable", "1", "smtputf8_enable=no"},
    {"mynetworks_style", "2", "mynetworks_style=subnet"},
    {"relay_domains", "2", "relay_domains=$mydestination"},
    {"lmtp_tls_fingerprint_digest", "3.6", "lmtp_tls_fingerprint_digest=md5"},
    {"respectful_logging", "3.6", "respectful_logging=no"},
    {"smtp_tls_fingerprint_digest", "3.6", "smtp_tls_fingerprint_digest=md5"},
    {"smtpd_relay_before_recipient_restrictions", "3.6",
     "smtpd_relay_before_recipient_restrictions=no"},
    {"smtpd_tls_fingerprint_digest", "3.6", "smtpd_tls_fingerprint_digest=md5"},
    {"smtp_tls_security_level", "3.11", "smtp_tls_security_level=(empty)"},
    {"smtp_tlsrpt_skip_reused_handshakes", "3.11", "smtp_tlsrpt_skip_reused_handshakes=yes"},
    {"tlsproxy_client_security_level", "3.11", "tlsproxy_client_security_level=(empty)"},
});

}  // namespace

std::optional<ChangedDefault> changed_default(std::string_view name) {
    const auto found = std::find_if(changed.begin(), changed.end(),
                                    [&](const ChangedDefault& c) { return c.name == name; });
    if (found == changed.end()) return std::nullopt;
    return *found;
}

}  // namespace postern::config
