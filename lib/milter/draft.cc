// Drafts; see the header.
#include "lib/milter/draft.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/header_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace postern::milter {

namespace {

Error malformed(std::string_view what) { return permanent(fmt::format("malformed request to {}", what)); }

/// Line ends as fields are kept: "\n" before a blank; nothing else may begin a line.
std::string folded(std::string_view value) {
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\r') continue;
        text += value[i];
        const bool continues = i + 1 < value.size() && (value[i + 1] == ' ' || value[i + 1] == '\t');
        if (value[i] == '\n' && !continues) text += '\t';
    }
    while (text.ends_with('\n') || text.ends_with('\t')) text.pop_back();
    return text;
}

std::string field_text(std::string_view name, std::string_view value, bool has_leading_space) {
    return fmt::format("{}:{}{}", name, has_leading_space ? "" : " ", folded(value));
}

bool is_field_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return is_ascii(c) && !is_control(c) && c != ' ' && c != ':';
    });
}

/// "<address>" or a bare one, to internal form.
std::string internal_form(std::string_view address) {
    address = trim(address);
    if (address.starts_with('<') && address.ends_with('>')) address = address.substr(1, address.size() - 2);
    return mail::internal(address);
}

}  // namespace

Result<Draft> Draft::of(const StoredContent& stored) {
    Draft draft(stored);
    queue::ContentReader content(stored.file, stored.name, stored.offset);
    mail::HeaderReader header(std::numeric_limits<std::size_t>::max());
    std::string line;
    for (;;) {
        auto piece = content.next();
        if (!piece) return piece.error();
        if (*piece) line += (*piece)->text;
        if (*piece && !(*piece)->is_complete) continue;
        auto step = *piece ? header.add(line) : mail::HeaderReader::Step{header.finish(), true};
        if (step.field) draft.edits_.header.push_back({std::move(*step.field)});
        if (step.ended) break;
        line.clear();
    }
    // Fields that access tables put before ours are for milters to see.
    while (draft.hides_first_ && draft.own_received_ < draft.header().size() &&
           !starts_with_same(draft.header()[draft.own_received_].text, "Received:"))
        ++draft.own_received_;
    return draft;
}

Draft::BodyReader::BodyReader(const Draft& draft)
    : draft_(draft), reader_(draft.stored_.file, draft.stored_.name, draft.stored_.offset) {}

/// The header ends with an empty line, which cleanup has seen to.
Result<void> Draft::BodyReader::skip_header() {
    is_ready_ = true;
    bool was_complete = true;
    for (;;) {
        auto piece = reader_.next();
        if (!piece) return piece.error();
        if (!*piece || (was_complete && (*piece)->is_complete && (*piece)->text.empty())) return success();
        was_complete = (*piece)->is_complete;
    }
}

Result<std::string> Draft::BodyReader::next() {
    if (draft_.edits_.changes_body) {
        const std::string piece = draft_.body_.substr(std::min(taken_, draft_.body_.size()), body_piece);
        taken_ += piece.size();
        return piece;
    }
    if (!is_ready_)
        if (auto skipped = skip_header(); !skipped) return skipped.error();
    if (gathered_.size() < body_piece)
        if (auto filled = reader_.fill(gathered_, body_piece, "\r\n"); !filled) return filled.error();
    std::string piece = gathered_.substr(0, body_piece);
    gathered_.erase(0, piece.size());
    return piece;
}

void Draft::hold(std::string reason) {
    edits_.holds = true;
    edits_.hold_reason = std::move(reason);
}

void Draft::refuse(std::string reply) {
    edits_.fate = Edits::Fate::refuse;
    edits_.reply = std::move(reply);
}

Result<void> Draft::take(Answer answer, std::string_view data, bool has_leading_space) {
    DataReader reader(data);
    switch (answer) {
    case Answer::add_header: {
        auto name = reader.text(), value = reader.text();
        if (!name || !value) return malformed("add a header");
        return add_header(std::move(*name), std::move(*value), has_leading_space);
    }
    case Answer::insert_header:
    case Answer::change_header: {
        const auto index = reader.number();
        auto name = reader.text(), value = reader.text();
        if (!index || !name || !value) return malformed("change a header");
        if (answer == Answer::insert_header)
            return insert_header(*index, std::move(*name), std::move(*value), has_leading_space);
        return change_header(*index, *name, std::move(*value), has_leading_space);
    }
    case Answer::change_sender:
    case Answer::add_recipient:
    case Answer::add_recipient_with_parameters:
    case Answer::delete_recipient: {
        auto address = reader.text();
        // In the queue and on its way a line end would begin something else.
        if (!address || std::any_of(address->begin(), address->end(), is_control))
            return malformed("change the envelope");
        auto parameters = reader.is_at_end() ? std::string() : reader.text();
        if (!parameters) return malformed("change the envelope");
        if (answer == Answer::change_sender) return change_sender(*address, std::move(*parameters));
        return edit_recipient(answer != Answer::delete_recipient, *address, std::move(*parameters));
    }
    case Answer::quarantine:
        hold(printable(reader.text().value_or("")));
        return success();
    case Answer::replace_body: return append_body(data);
    default: return malformed("do something");
    }
}

Result<void> Draft::add_header(std::string name, std::string value, bool has_leading_space) {
    return insert_header(std::numeric_limits<std::size_t>::max(), std::move(name), std::move(value),
                         has_leading_space);
}

Result<void> Draft::insert_header(std::size_t index, std::string name, std::string value,
                                  bool has_leading_space) {
    if (!is_field_name(name)) return malformed("add a header: bad name");
    auto& header = edits_.header;
    index = std::min(index, header.size());
    if (hides_first_ && index <= own_received_) ++own_received_;
    header.insert(header.begin() + static_cast<std::ptrdiff_t>(index),
                  {field_text(name, value, has_leading_space), true});
    edits_.changes_header = true;
    return success();
}

/// The `index`-th field of that name, counted from 1; an empty value takes it away.
Result<void> Draft::change_header(std::size_t index, const std::string& name, std::string value,
                                  bool has_leading_space) {
    auto& header = edits_.header;
    std::size_t seen = 0;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto field = mail::parse_field(header[i].text);
        if (hides(i) || !field || !same(field->name, name) || ++seen < index) continue;
        edits_.changes_header = true;
        if (!value.empty()) {
            header[i] = {field_text(name, value, has_leading_space), true};
            return success();
        }
        header.erase(header.begin() + static_cast<std::ptrdiff_t>(i));
        if (i < own_received_) --own_received_;
        return success();
    }
    if (value.empty()) return success();
    return add_header(name, std::move(value), has_leading_space);
}

Result<void> Draft::change_sender(std::string_view address, std::string parameters) {
    edits_.changes_sender = true;
    edits_.sender = internal_form(address);
    edits_.sender_parameters = printable(parameters);
    return success();
}

Result<void> Draft::edit_recipient(bool is_added, std::string_view address, std::string parameters) {
    edits_.recipients.push_back({is_added, internal_form(address), printable(parameters)});
    return success();
}

Result<void> Draft::append_body(std::string_view piece) {
    edits_.changes_body = true;
    if (!std::exchange(is_body_of_turn_, true)) body_.clear();
    if (stored_.size_limit > 0 && body_.size() + piece.size() > stored_.size_limit)
        return permanent("new body above message_size_limit");
    body_ += piece;
    return success();
}

}  // namespace postern::milter
