// Rules on outgoing content; see the header.
#include "smtp/checked_content.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::smtp {

using Kind = mail::CheckAction::Kind;
using mail::CheckedPart;

namespace {

constexpr std::size_t logged_length = 200;

/// Where the mail goes, and whether, was decided long ago.
bool is_supported(Kind kind) {
    switch (kind) {
        case Kind::dunno:
        case Kind::ignore:
        case Kind::info:
        case Kind::prepend:
        case Kind::replace:
        case Kind::strip:
        case Kind::warn: return true;
        default: return false;
    }
}

}  // namespace

CheckedContent::CheckedContent(queue::ContentReader reader, Rules rules, mail::MimeLimits limits)
    : reader_(std::move(reader)), rules_(std::move(rules)), mime_(*this, limits) {}

void CheckedContent::header(mail::HeaderPlace place, std::string_view field) {
    pieces_.push_back({CheckedPart::field, place, std::string(field)});
}

void CheckedContent::header_end(mail::HeaderPlace, const mail::ContentType&, mail::TransferEncoding) {
    inspected_ = 0;
}

void CheckedContent::body(std::string_view line, bool) {
    if (line.starts_with("--")) inspected_ = 0;   // perhaps a boundary; a part at most gains
    const bool is_inspected = inspected_ < rules_.body_limit;
    inspected_ += line.size() + 1;
    pieces_.push_back({CheckedPart::line, {}, std::string(line), is_line_complete_, is_inspected});
}

Result<void> CheckedContent::read() {
    auto line = reader_.next();
    if (!line) return line.error();
    if (!*line) {
        has_ended_ = true;
        mime_.finish();
        return success();
    }
    is_line_complete_ = (*line)->is_complete;
    if (is_in_line_) mime_.piece((*line)->text);
    else mime_.line((*line)->text);
    is_in_line_ = !(*line)->is_complete;
    return success();
}

void CheckedContent::put(std::string_view text, bool is_complete) {
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
        lines_.emplace_back(text.substr(0, end), true);
        text.remove_prefix(end + 1);
    }
    lines_.emplace_back(text, is_complete);
}

void CheckedContent::apply(const mail::CheckAction& action, const mail::CheckTables& tables, const Piece& piece) {
    const bool is_supported_here = is_supported(action.kind);
    const std::string_view logged = mail::logged_as(action.kind);
    const std::string_view part = piece.part == CheckedPart::field ? "header" : "body";
    if (!is_supported_here)
        rules_.log.warning("{}: unsupported command in {} map: {}", rules_.queue_id, tables.parameter,
                           trim_right(fmt::format("{} {}", upper(logged), printable(action.text))));
    else if (!logged.empty())
        rules_.log.info("{}: {}: {} {}: {}", rules_.queue_id, logged, part,
                        printable(std::string_view(piece.text).substr(0, logged_length)), printable(action.text));
    if (action.kind == Kind::ignore || action.kind == Kind::strip) return;
    if (action.kind == Kind::prepend) put(action.text, true);
    put(action.kind == Kind::replace ? action.text : piece.text, piece.is_complete);
}

Task<Result<void>> CheckedContent::inspect(Piece piece) {
    const bool is_field = piece.part == CheckedPart::field;
    const mail::CheckTables& tables =
        is_field ? rules_.checks->for_field(piece.place, piece.text) : rules_.checks->body;
    if (!piece.is_inspected) {
        put(piece.text, piece.is_complete);
        co_return success();
    }
    auto action = co_await mail::find_action(tables, piece.part, piece.text);
    if (!action && !action.error().is_permanent()) co_return action.error().in(tables.parameter);
    if (!action) rules_.log.warning("{}: {}", rules_.queue_id, action.error().text);
    if (action && *action) apply(**action, tables, piece);
    else put(piece.text, piece.is_complete);
    co_return success();
}

Task<Result<std::optional<queue::ContentLine>>> CheckedContent::next() {
    while (lines_.empty() && !has_ended_) {
        if (auto got = read(); !got) co_return got.error();
        for (Piece& piece : std::exchange(pieces_, {}))
            if (auto done = co_await inspect(std::move(piece)); !done) co_return done.error();
    }
    if (lines_.empty()) co_return std::optional<queue::ContentLine>();
    current_ = std::move(lines_.front().first);
    const bool is_complete = lines_.front().second;
    lines_.pop_front();
    co_return queue::ContentLine{current_, is_complete};
}

}  // namespace postern::smtp
