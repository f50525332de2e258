// Lines of Dovecot's authentication protocol, version 1 (doc.dovecot.org, "Dovecot Authentication
// Protocol"): words between tabs; a word that has a tab, line end or NUL in it has them escaped.
#pragma once

#include "lib/sasl/server.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::sasl {

/// The words of a line, unescaped.
std::vector<std::string> dovecot_words(std::string_view line);

/// "MECH name property property ...".
struct DovecotMechanism {
    std::string name;  ///< upper case
    unsigned properties = 0;
    static std::optional<DovecotMechanism> parse(const std::vector<std::string>& words);
};

/// The answer to a request: "CONT id challenge", "OK id name=value ...", "FAIL id name=value ...".
struct DovecotAnswer {
    std::uint32_t id = 0;
    Step step;             ///< the challenge decoded
    std::string username;  ///< of OK
    /// Nothing: malformed, and who sends that cannot be understood any more.
    static std::optional<DovecotAnswer> parse(const std::vector<std::string>& words);
};

/// "AUTH id mechanism service=... resp=..." with its line end; the response comes last, in base64.
std::string dovecot_request(std::uint32_t id, std::string_view mechanism, std::string_view service,
                            const Peer& peer, const std::optional<Secret>& initial);

}  // namespace postern::sasl
