// Commands and replies; see the header.
#include "smtp/session.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtp {

namespace {

/// A reply of so many lines ends nowhere.
constexpr std::size_t reply_lines = 500;
/// Whose line is longer than this does not want to be understood.
constexpr std::size_t longest_reply_line = 1 << 20;
constexpr std::size_t shown_of_long_line = 30;

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

}  // namespace

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

void Session::show(std::string_view way, std::string_view line) const {
    if (is_shown) log_.info("{} {}: {}", way, endpoint_.where_and_port(), printable(line));
    else log_.verbose(1, "{} {}: {}", way, endpoint_.where_and_port(), line);
}

void Session::say(std::string_view command) {
    show(">", command);
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
    if (!found || !*found) co_return line;
    log_.info("{}: replacing server reply \"{}\" with \"{}\"", endpoint_.where_and_port(), printable(line, 200),
              printable(**found, 200));
    co_return std::move(**found);
}

/// Of a line that is longer than line_length_limit the beginning counts, however long it is.
Task<Result<std::string>> Session::reply_line(Deadline until) {
    const std::size_t limit = settings_.reply_line_limit;
    for (std::size_t least = 1;;) {
        auto seen = co_await stream_.peek(least, until);
        if (!seen) co_return seen.error();
        if (seen->substr(0, limit + 2).find('\n') != seen->npos) co_return co_await stream_.read_line(limit + 1, until);
        least = seen->size() + 1;
        if (least > limit + 2) break;
    }
    std::string beginning(stream_.buffered().substr(0, limit));
    log_.warning("{}: response longer than {}: {}...", endpoint_.where_and_port(), limit,
                 printable(std::string_view(beginning).substr(0, shown_of_long_line)));
    if (auto dropped = co_await drop_line(until); !dropped) co_return dropped.error();
    co_return beginning;
}

Task<Result<void>> Session::drop_line(Deadline until) {
    for (std::size_t dropped = 0; dropped < longest_reply_line;) {
        auto seen = co_await stream_.peek(1, until);
        if (!seen) co_return seen.error();
        const auto end = seen->find('\n');
        const std::size_t size = end == seen->npos ? seen->size() : end + 1;
        stream_.consume(size);
        if (end != std::string_view::npos) co_return success();
        dropped += size;
    }
    co_return Error{Errc::too_long, "reply line"};
}

/// What has no code is no reply; where replies are not waited for one by one, it may be taken for a
/// part of the next.
void Session::warn_of_foreign_line(std::string_view line) const {
    if (!features.pipelining) return;
    log_.warning("{}: non-{} response from {}: {}", queue_id, settings_.is_lmtp ? "LMTP" : "ESMTP",
                 endpoint_.where_and_port(), printable(line, 100));
    log_.warning("{}: to prevent loss of mail, turn off command pipelining for {} with the {} parameter", queue_id,
                 endpoint_.address.host(), settings_.is_lmtp ? "lmtp_discard_lhlo_keyword_address_maps"
                                                             : "smtp_discard_ehlo_keyword_address_maps");
}

Task<Heard> Session::hear(const Stage& stage) {
    const Deadline until = deadline(stage);
    ReplyReader reader;
    for (std::size_t lines = 0; lines < reply_lines; ++lines) {
        auto line = co_await reply_line(until);
        if (!line && line.error().code == Errc::too_long)
            co_return out_of_step("sent a reply line that is too long");
        if (!line) co_return broken(line.error(), stage);
        show("<", *line);
        if (!reply_filter_.empty()) line = co_await filtered(std::move(*line));
        const auto kind = reader.add(*line);
        if (kind == ReplyReader::Line::foreign) warn_of_foreign_line(*line);
        if (kind != ReplyReader::Line::last) continue;
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
