// Parameters of the LMTP client: those of smtp.h with lmtp_ for smtp_ and LHLO for HELO and EHLO, but
// for what is listed here.
#pragma once

#include "lib/config/catalogue/smtp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace postern::config {

/// With other defaults, or of LMTP alone.
inline constexpr auto lmtp_own_parameters = std::to_array<Parameter>({
    boolean("lmtp_assume_final", "no"),
    time("lmtp_connect_timeout", "0s"),
    text("lmtp_fallback_relay"),
    text("lmtp_requiretls_policy", "opportunistic"),
    boolean("lmtp_skip_quit_response", "no"),
    text("lmtp_tcp_port", "24"),
    text("lmtp_tls_secure_cert_match", "nexthop").not_empty(),
    text("lmtp_tls_security_level"),
});

/// What LMTP has no use for.
inline constexpr auto smtp_only_parameters = std::to_array<std::string_view>({
    "smtp_always_send_ehlo",
    "smtp_never_send_ehlo",
    "smtp_tls_dane_insecure_mx_policy",
});

constexpr bool has_lmtp_twin(std::string_view name) {
    const auto is_own = [name](const Parameter& own) { return own.name.substr(5) == name.substr(5); };
    return std::ranges::none_of(lmtp_own_parameters, is_own) &&
           std::ranges::find(smtp_only_parameters, name) == smtp_only_parameters.end();
}

inline constexpr auto lmtp_twin_count = static_cast<std::size_t>(std::ranges::count_if(
    smtp_parameters, [](const Parameter& row) { return has_lmtp_twin(row.name); }));

constexpr std::size_t smtp_text_length() {
    std::size_t sum = 0;
    for (const Parameter& row : smtp_parameters) sum += row.name.size() + row.default_text.size();
    return sum;
}

/// The text of the twins' names and defaults: as long as the original, since every word is replaced
/// by one of its length.
class LmtpTwins {
public:
    constexpr LmtpTwins() {
        auto end = text_.begin();
        for (const Parameter& row : smtp_parameters)
            for (const std::string_view part : {row.name, row.default_text})
                end = std::ranges::copy(part, end).out;
        replace("smtp_", "lmtp_");
        replace("_helo_", "_lhlo_");
        replace("_ehlo_", "_lhlo_");
    }

    /// Views into this object.
    constexpr std::array<Parameter, lmtp_twin_count> rows() const {
        std::array<Parameter, lmtp_twin_count> twins{};
        auto twin = twins.begin();
        std::string_view rest(text_.data(), text_.size());
        for (const Parameter& row : smtp_parameters) {
            Parameter mirrored = row;
            for (std::string_view* part : {&mirrored.name, &mirrored.default_text}) {
                *part = rest.substr(0, part->size());
                rest.remove_prefix(part->size());
            }
            if (has_lmtp_twin(row.name)) *twin++ = mirrored;
        }
        return twins;
    }

private:
    constexpr void replace(std::string_view word, std::string_view other) {
        const std::string_view all(text_.data(), text_.size());
        for (auto at = all.find(word); at != all.npos; at = all.find(word, at + 1))
            std::ranges::copy(other, text_.begin() + static_cast<std::ptrdiff_t>(at));
    }

    std::array<char, smtp_text_length()> text_{};
};

inline constexpr LmtpTwins lmtp_twins;
inline constexpr auto lmtp_twin_parameters = lmtp_twins.rows();

}  // namespace postern::config
