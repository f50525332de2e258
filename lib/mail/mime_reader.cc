#include "lib/mail/mime_reader.h"

#include "lib/base/strings.h"
#include "lib/mail/header_names.h"

#include <algorithm>
#include <optional>

namespace postern::mail {

void MimeReader::line(std::string_view line) {
    if (in_header_)
        header_line(line);
    else
        body_line(line);
    is_in_field_ = in_header_;
}

void MimeReader::piece(std::string_view text) {
    if (is_in_field_)
        header_.add_piece(text);
    else
        body_text(text);
}

void MimeReader::header_line(std::string_view line) {
    // A boundary where a header should go on ends that header (RFC 2046 section 5.1.2).
    if (is_boundary(line)) {
        flush_field();
        end_header();
        return boundary(line);
    }
    const HeaderReader::Step step = header_.add(line);
    if (step.field) field(*step.field);
    if (!step.ended) return;
    end_header();
    if (!line.empty()) return body_line(line);
    receiver_.body(line, false);
    if (begins_message()) begin_header(HeaderPlace::nested, {});
}

void MimeReader::flush_field() {
    if (const auto last = header_.finish()) field(*last);
}

void MimeReader::field(std::string_view text) {
    if (header_.was_cut()) note(MimeFault::header_too_long, text);
    if (!is_all_ascii(text)) note(MimeFault::eight_bit_in_header, text);
    if (const auto parsed = parse_field(text)) {
        const HeaderId id = header_info(parsed->name).id;
        if (id == HeaderId::content_type) {
            type_ = ContentType::parse(unfolded(parsed->value));
            type_field_ = text;
        }
        if (id == HeaderId::content_transfer_encoding) {
            encoding_text_ = trim(unfolded(parsed->value));
            encoding_ = parse_transfer_encoding(encoding_text_);
        }
    }
    receiver_.header(place_, text);
}

void MimeReader::end_header() {
    in_header_ = false;
    receiver_.header_end(place_, type_, encoding_);
    if (limits_.disabled) return;
    if ((type_.is("multipart") || type_.is("message")) && is_coded(encoding_))
        note(MimeFault::coded_composite, encoding_text_);
    if (type_.is("multipart")) open_multipart();
}

bool MimeReader::begins_message() const noexcept {
    const bool is_message = type_.is("message", "rfc822") || type_.is("message", "global");
    return is_message && !limits_.disabled;
}

void MimeReader::open_multipart() {
    if (open_.size() > limits_.nesting + 1)
        return note(MimeFault::nested_too_deep, type_field_);
    const std::string_view boundary = type_.parameter("boundary");
    if (boundary.empty()) return;
    open_.push_back(
        {std::string(boundary.substr(0, limits_.boundary_length)), type_.subtype == "digest"});
}

bool MimeReader::is_boundary(std::string_view line) const {
    if (!line.starts_with("--") || open_.empty()) return false;
    const std::string_view mark = line.substr(2);
    return std::any_of(open_.begin(), open_.end(),
                       [mark](const Part& part) { return mark.starts_with(part.boundary); });
}

// An outer boundary closes the inner multiparts that were not ended.
void MimeReader::boundary(std::string_view line) {
    const std::string_view mark = line.substr(2);
    while (!mark.starts_with(open_.back().boundary))
        open_.pop_back();
    const bool is_last = mark.substr(open_.back().boundary.size()).starts_with("--");
    receiver_.body(line, false);
    if (is_last) {
        open_.pop_back();
        is_content_ = false;
    } else {
        begin_header(HeaderPlace::multipart,
                     open_.back().is_digest ? ContentType{"message", "rfc822", {}} : ContentType{});
    }
}

void MimeReader::begin_header(HeaderPlace place, ContentType type) {
    place_ = place;
    in_header_ = true;
    is_content_ = true;
    type_ = std::move(type);
    encoding_ = TransferEncoding::seven_bit;
    encoding_text_.clear();
    type_field_.clear();
    header_ = HeaderReader(limits_.header_size);
}

void MimeReader::body_line(std::string_view line) {
    if (is_boundary(line)) return boundary(line);
    body_text(line);
}

void MimeReader::body_text(std::string_view text) {
    if (encoding_ == TransferEncoding::seven_bit && !is_all_ascii(text))
        note(MimeFault::eight_bit_in_seven_bit, text);
    receiver_.body(text, is_content_ && !type_.is("multipart"));
}

void MimeReader::note(MimeFault fault, std::string_view text) {
    const auto bit = static_cast<std::uint8_t>(fault);
    if ((faults_ & bit) != 0) return;
    faults_ |= bit;
    fault_text_ = text;
}

void MimeReader::finish() {
    if (!in_header_) return;
    flush_field();
    end_header();
}

}  // namespace postern::mail
