// Lines of Dovecot's protocol; see the header.
#include "lib/sasl/dovecot_line.h"

#include "lib/base/base64.h"
#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace postern::sasl {

namespace {

constexpr char escape = '\x01';

char unescaped(char c) {
    switch (c) {
        case '0':
            return '\0';
        case '1':
            return escape;
        case 't':
            return '\t';
        case 'r':
            return '\r';
        case 'n':
            return '\n';
        default:
            return c;
    }
}

std::string unescape(std::string_view word) {
    std::string text;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const bool is_escaped = word[i] == escape && i + 1 < word.size();
        text += is_escaped ? unescaped(word[++i]) : word[i];
    }
    return text;
}

/// What ends a word or a line, or begins an escape, is told by two bytes.
std::string escaped(std::string_view text) {
    std::string word;
    for (const char c : text) {
        const auto at = std::string_view("\0\x01\t\r\n", 5).find(c);
        if (at != std::string_view::npos) word += escape;
        word += at != std::string_view::npos ? "01trn"[at] : c;
    }
    return word;
}

constexpr struct {
    std::string_view word;
    Property property;
} property_words[] = {
    {"plaintext", plaintext},
    {"active", active},
    {"dictionary", dictionary},
    {"anonymous", anonymous},
    {"forward-secrecy", forward_secrecy},
    {"mutual-auth", mutual_auth},
    {"private", hidden},
};

std::string_view value_of(const std::vector<std::string>& words, std::string_view name) {
    for (const std::string_view word : words)
        if (const auto pair = cut(word, '='); pair && pair->first == name) return pair->second;
    return {};
}

bool has(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// A refusal, or that nobody could tell: what is temporary says so.
Step failure(const std::vector<std::string>& words) {
    const bool is_temporary = has(words, "temp") || value_of(words, "code") == "temp_fail";
    return {is_temporary ? Step::Kind::unavailable : Step::Kind::failure,
            printable(value_of(words, "reason"))};
}

}  // namespace

std::vector<std::string> dovecot_words(std::string_view line) {
    std::vector<std::string> words;
    for (;;) {
        const auto end = line.find('\t');
        words.push_back(unescape(line.substr(0, end)));
        if (end == line.npos) return words;
        line.remove_prefix(end + 1);
    }
}

std::optional<DovecotMechanism> DovecotMechanism::parse(const std::vector<std::string>& words) {
    if (words.size() < 2 || !is_mechanism_name(words[1])) return std::nullopt;
    DovecotMechanism mechanism;
    mechanism.name = upper(words[1]);
    for (const auto& known : property_words)
        if (has(words, known.word)) mechanism.properties |= known.property;
    return mechanism;
}

std::optional<DovecotAnswer> DovecotAnswer::parse(const std::vector<std::string>& words) {
    if (words.size() < 2) return std::nullopt;
    const auto id = parse_number(words[1]);
    if (!id || *id > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    DovecotAnswer answer;
    answer.id = static_cast<std::uint32_t>(*id);
    if (words[0] == "CONT") {
        auto challenge = base64_decoded(words.size() > 2 ? words[2] : "");
        if (!challenge) return std::nullopt;
        answer.step = {Step::Kind::challenge, std::move(*challenge)};
    } else if (words[0] == "OK") {
        answer.username = printable(value_of(words, "user"));
        if (answer.username.empty()) return std::nullopt;
        answer.step.kind = Step::Kind::success;
    } else if (words[0] == "FAIL") {
        answer.step = failure(words);
    } else {
        return std::nullopt;
    }
    return answer;
}

std::string dovecot_request(std::uint32_t id, std::string_view mechanism, std::string_view service,
                            const Peer& peer, const std::optional<Secret>& initial) {
    std::string line = fmt::format("AUTH\t{}\t{}\tservice={}\tnologin", id, mechanism, service);
    const auto add = [&line](std::string_view name, const std::string& address,
                             std::string_view port_name, std::uint16_t port) {
        if (address.empty()) return;
        line += fmt::format("\t{}={}", name, address);
        if (port != 0) line += fmt::format("\t{}={}", port_name, port);
    };
    add("lip", peer.server_address, "lport", peer.server_port);
    add("rip", peer.client_address, "rport", peer.client_port);
    if (peer.is_encrypted) line += "\tsecured";
    // With auth_ssl_username_from_cert, Dovecot takes nobody else's name from the client.
    if (!peer.certificate_name.empty())
        line += "\tvalid-client-cert\tcert_username=" + escaped(peer.certificate_name);
    if (initial) {
        const Secret coded(base64_encoded(initial->text()));
        line.reserve(line.size() + coded.text().size() + 7);  // so that no copy is left behind
        line.append("\tresp=").append(coded.text());
    }
    return line += '\n';
}

}  // namespace postern::sasl
