// tcp:host:port (tcp_table(5)): "get KEY" on a line, answered by "200 value", "500 not there" or
// "400 try again"; in both, %XX stands for what is not plain text.
#include "lib/base/strings.h"
#include "lib/table/network_table.h"
#include "lib/table/types.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

constexpr std::size_t longest_reply = 4096;

std::string encoded(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '%' || is_blank(c) || is_control(c) || !is_ascii(c))
            result += fmt::format("%{:02x}", static_cast<unsigned char>(c));
        else
            result += c;
    }
    return result;
}

std::optional<unsigned> hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char letter = to_lower(c);
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    return std::nullopt;
}

/// Nothing when a % is not followed by two hexadecimal digits.
std::optional<std::string> decoded(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            result += text[at];
            continue;
        }
        if (text.size() - at < 3) return std::nullopt;
        const auto high = hex_value(text[at + 1]), low = hex_value(text[at + 2]);
        if (!high || !low) return std::nullopt;
        result += static_cast<char>(*high * 16 + *low);
        at += 2;
    }
    return result;
}

Result<Found> parse_reply(std::string_view line) {
    const auto status = line.substr(0, 3);
    const auto text = line.size() > 4 ? decoded(line.substr(4)) : std::optional<std::string>("");
    const bool is_reply = text && (line.size() == 3 || (line.size() > 3 && is_blank(line[3])));
    if (is_reply && status == "200") return Found(text);
    if (is_reply && status == "500") return Found(std::nullopt);
    if (is_reply && status == "400")
        return Found(temporary("server said: " + printable(*text, 200)));
    return permanent(fmt::format("unexpected reply: \"{}\"", printable(line, 100)));
}

class TcpProtocol final : public Protocol {
public:
    std::optional<Found> refuse(std::string_view) override { return std::nullopt; }

    Task<Result<Found>> ask(event::Stream& server, std::string_view key,
                            Deadline deadline) override {
        server.write(fmt::format("get {}\n", encoded(key)));
        if (auto sent = co_await server.flush(deadline); !sent) co_return sent.error();
        auto line = co_await server.read_line(longest_reply, deadline);
        if (!line) co_return line.error();
        co_return parse_reply(*line);
    }
};

}  // namespace

OpenedDictionary open_tcp(const Opening& opening) {
    auto endpoint = Endpoint::parse("inet:" + opening.name);
    if (!endpoint) return endpoint.error();
    // No idle limit (tcp_table(5), BUGS).
    const ServerTimes times{.request = seconds(100), .idle = seconds(100), .total = seconds(3600)};
    return network_dictionary(opening, "tcp", std::move(*endpoint), times,
                              std::make_unique<TcpProtocol>());
}

}  // namespace postern::table
