// Commands and replies; see the header.
#include "smtp/session.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtp {

namespace {

/// A reply of so many lines ends nowhere.
constexpr std::size_t reply_lines = 500;

bool is_discarded(std::string_view keyword, const std::vector<std::string>& discarded) {
    return std::any_of(discarded.begin(), discarded.end(),
                       [&](const std::string& word) { return same(word, keyword); });
}

/// "AUTH PLAIN LOGIN", "AUTH=PLAIN LOGIN".
std::vector<std::string> mechanisms(std::string_view line) {
    std::vector<std::string> names;
    for (const std::string_view name : split(line.substr(5), " \t=")) names.push_back(upper(name));
    return names;
}

/// Moves what has come of a line to `line`, a little beyond the limit at most; the rest is dropped.
/// True: it has ended.
bool take_line(event::Stream& server, std::size_t limit, std::string& line) {
    const std::string_view input = server.buffered();
    const auto end = input.find('\n');
    line += input.substr(0, std::min(end, limit + 2 - std::min(line.size(), limit + 2)));
    server.consume(end == input.npos ? input.size() : end + 1);
    if (end == input.npos) return false;
    if (line.ends_with('\r')) line.pop_back();
    return true;
}

}  // namespace

std::string Endpoint::where() const {
    return fmt::format("{}[{}]", host, path.empty() ? address.host() : path);
}

std::string Endpoint::where_and_port() const {
    return path.empty() ? fmt::format("{}:{}", where(), address.port()) : where();
}

Features Features::parse(const std::vector<std::string>& lines,
                         const std::vector<std::string>& discarded) {
    Features features;
    features.esmtp = true;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto words = split(lines[i], " \t");
        if (words.empty() || is_discarded(words[0], discarded)) continue;
        const std::string keyword = upper(words[0]);
        if (keyword == "PIPELINING") features.pipelining = true;
        if (keyword == "8BITMIME") features.eight_bit_mime = true;
        if (keyword == "DSN") features.dsn = true;
        if (keyword == "SMTPUTF8") features.smtputf8 = true;
        if (keyword == "STARTTLS") features.starttls = true;
        if (keyword == "REQUIRETLS") features.requiretls = true;
        if (keyword == "SIZE") {
            features.has_size = true;
            if (words.size() > 1) features.size_limit = parse_number(words[1]).value_or(0);
        }
        // "AUTH=" is how it was written before RFC 2554.
        if (keyword == "AUTH" || keyword.starts_with("AUTH="))
            features.auth = mechanisms(lines[i]);
        if (keyword == "XFORWARD")
            for (std::size_t word = 1; word < words.size(); ++word)
                features.xforward.push_back(upper(words[word]));
    }
    return features;
}

Session::Session(event::Loop& loop, Fd socket, Endpoint endpoint, const Settings& settings,
                 const table::Maps& reply_filter, Log log)
    : stream_(loop, std::move(socket)),
      endpoint_(std::move(endpoint)),
      settings_(settings),
      reply_filter_(reply_filter),
      log_(log),
      connected_at_(loop.now()) {}

Deadline Session::deadline(const Stage& stage) const {
    return stream_.loop().in(settings_.wait.*stage.wait);
}

void Session::say(std::string_view command) {
    log_.verbose(1, "> {}: {}", endpoint_.where_and_port(), command);
    stream_.write(command);
    stream_.write("\r\n");
}

Broken Session::broken(const Error& error, const Stage& stage) {
    give_up();
    if (error.code == Errc::timeout)
        return {Broken::timed_out, fmt::format("conversation with {} timed out while {}",
                                               endpoint_.where(), stage.doing)};
    return {Broken::lost,
            fmt::format("lost connection with {} while {}", endpoint_.where(), stage.doing)};
}

Broken Session::out_of_step(std::string_view what) {
    give_up();
    return {Broken::protocol, fmt::format("Protocol error: host {} {}", endpoint_.where(), what)};
}

Task<std::string> Session::filtered(std::string line) const {
    auto found = co_await reply_filter_.find(line);
    if (!found) log_.warning("smtp_reply_filter: {}", found.error().text);
    co_return found && *found ? std::move(**found) : line;
}

void Session::shorten(std::string& line) const {
    line.resize(settings_.reply_line_limit);
    log_.warning("{}: response longer than {}: {}...", endpoint_.where(), line.size(), printable(line.substr(0, 30)));
}

Task<Heard> Session::hear(const Stage& stage) {
    const Deadline until = deadline(stage);
    ReplyReader reader;
    for (std::size_t lines = 0; lines < reply_lines; ++lines) {
        std::string line;
        while (!take_line(stream_, settings_.reply_line_limit, line))
            if (auto more = co_await stream_.peek(1, until); !more) co_return broken(more.error(), stage);
        if (line.size() > settings_.reply_line_limit) shorten(line);
        log_.verbose(1, "< {}: {}", endpoint_.where_and_port(), line);
        if (!reply_filter_.empty()) line = co_await filtered(std::move(line));
        const auto is_last = reader.add(line);
        if (!is_last) co_return out_of_step("said: " + is_last.error().text);
        if (!*is_last) continue;
        Reply reply = reader.take();
        if (reply.code == 421) give_up();   // RFC 5321 section 3.8: it closes the connection
        co_return reply;
    }
    co_return out_of_step("sent an endless reply");
}

Task<Heard> Session::ask(std::string_view command, const Stage& stage) {
    say(command);
    co_return co_await hear(stage);
}

Task<std::optional<Broken>> Session::sent(const Stage& stage) {
    auto flushed = co_await stream_.flush(deadline(stage));
    if (!flushed) co_return broken(flushed.error(), stage);
    co_return std::nullopt;
}

}  // namespace postern::smtp
