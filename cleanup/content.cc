// Content; see the header.
#include "cleanup/content.h"

#include "lib/base/strings.h"

#include <algorithm>
#include <array>

namespace postern::cleanup {

using mail::HeaderPlace;
using mail::MimeFault;
using queue::RecordType;
using service::CleanupStatus;

namespace {

/// Fields are looked up together, but so many bytes of them never wait.
constexpr std::size_t gather_limit = 65536;
constexpr std::size_t longest_converted_line = 1 << 20;

constexpr auto fault_texts = std::to_array<std::pair<MimeFault, std::string_view>>({
    {MimeFault::nested_too_deep, "MIME nesting exceeds safety limit"},
    {MimeFault::eight_bit_in_header, "improper use of 8-bit data in message header"},
    {MimeFault::eight_bit_in_seven_bit, "improper use of 8-bit data in message body"},
    {MimeFault::coded_composite, "invalid message/* or multipart/* encoding domain"},
});

constexpr std::string_view unterminated_header = "message header was not terminated by empty line";

}  // namespace

Content::Content(const Settings& settings, bool is_filtered, Header& header,
                 Inspection& inspection, ContentFile& file, Fate& fate, const Reporter& reporter)
    : settings_(settings),
      is_filtered_(is_filtered),
      header_(header),
      inspection_(inspection),
      file_(file),
      fate_(fate),
      reporter_(reporter),
      reader_(*this, settings.mime) {
    if (settings.force_mime_input_conversion)
        converter_ = std::make_unique<mail::Downgrader>(
            [this](std::string_view line) {
                type_ = RecordType::line;
                reader_.line(line);
            },
            settings.mime);
}

void Content::take(RecordType type, std::string_view text) {
    std::string clean;
    if (is_filtered_ && has_special(text)) text = clean = cleaned(text);
    if (fate_.is_settled()) return;
    type_ = type;
    if (converter_) {
        pending_line_ += text;
        // What no mail has is broken where it would take memory without end.
        if (type == RecordType::line || pending_line_.size() > longest_converted_line)
            converter_->line(std::exchange(pending_line_, {}));
    } else {
        read(text);
    }
}

void Content::read(std::string_view text) {
    if (begins_line_)
        reader_.line(text);
    else
        reader_.piece(text);
    begins_line_ = type_ == RecordType::line;
}

void Content::finish() {
    if (converter_) converter_->finish();
    reader_.finish();
}

bool Content::has_special(std::string_view text) const {
    return std::any_of(text.begin(), text.end(), [this](char c) {
        return settings_.characters.is_special[static_cast<unsigned char>(c)];
    });
}

/// The text without the characters that must not be; what may not come in at all ends the message.
std::string Content::cleaned(std::string_view text) {
    const Characters& characters = settings_.characters;
    std::string clean(text);
    if (!characters.stripped.empty())
        std::erase_if(clean, [&](char c) { return characters.stripped.find(c) != std::string::npos; });
    if (!characters.rejected.empty() &&
        clean.find_first_of(characters.rejected) != std::string::npos) {
        constexpr std::string_view reason = "5.7.1 disallowed character";
        report_action(reporter_, inspection_.origin(), "reject", "content", clean, reason);
        fate_.fail(CleanupStatus::rejected, std::string(reason));
    }
    if (characters.replace_stray_cr_lf)
        std::replace_if(
            clean.begin(), clean.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
    return clean;
}

void Content::refuse_faults() {
    const int refused = is_filtered_ ? reader_.faults() & settings_.refused_faults : 0;
    if (refused == 0 || fate_.is_settled()) return;
    const auto fault = std::find_if(fault_texts.begin(), fault_texts.end(), [&](const auto& row) {
        return (refused & static_cast<int>(row.first)) != 0;
    });
    report_mime_error(reporter_, inspection_.origin(), fault->second, reader_.fault_text());
    fate_.fail(CleanupStatus::rejected, "5.6.0 " + std::string(fault->second));
}

void Content::header(HeaderPlace place, std::string_view field) {
    if (place == HeaderPlace::primary || inspection_.inspects_fields() || !pieces_.empty())
        return gather({Piece::field, place, RecordType::line, std::string(field)},
                      place != HeaderPlace::primary);
    type_ = RecordType::line;
    file_.put_lines(field);
}

void Content::header_end(HeaderPlace place, const mail::ContentType&, mail::TransferEncoding) {
    inspected_ = 0;
    if (place != HeaderPlace::primary) return;
    gather({Piece::header_end, place}, true);
}

void Content::body(std::string_view text, bool) {
    if (text.starts_with("--")) inspected_ = 0;  // perhaps a boundary; a part at most gains
    const bool is_inspected = inspection_.inspects_lines() && is_within_limit(text);
    if (is_inspected || !pieces_.empty())
        return gather({Piece::line, {}, type_, std::string(text), is_inspected}, true);
    put(type_, text);
}

void Content::put(RecordType type, std::string_view text) {
    if (type == RecordType::line)
        file_.put_line(text);
    else
        file_.put(type, text);
}

bool Content::is_within_limit(std::string_view line) {
    if (inspected_ >= settings_.body_checks_size_limit) return false;
    inspected_ += line.size() + 1;
    return true;
}

void Content::gather(Piece piece, bool is_due) {
    gathered_ += piece.text.size();
    is_due_ = is_due_ || is_due || gathered_ >= gather_limit;
    pieces_.push_back(std::move(piece));
}

Task<void> Content::settle() {
    is_due_ = false;
    gathered_ = 0;
    std::vector<Piece> pieces = std::exchange(pieces_, {});
    for (Piece& piece : pieces) {
        if (fate_.is_settled()) co_return;
        switch (piece.kind) {
            case Piece::field:
                if (inspection_.inspects_fields())
                    co_await inspect_field(std::move(piece));
                else
                    take_field(piece.place, {{}, std::move(piece.text)});
                break;
            case Piece::header_end:
                co_await end_primary_header();
                break;
            case Piece::line:
                co_await settle_line(std::move(piece));
        }
    }
    if (!is_in_primary_header_ || fate_.is_settled()) co_return;
    auto fields = co_await header_.take_fields();
    if (!fields) co_return fate_.fail(fields.error());
    if (!fields->empty()) file_.put_lines(*fields);
}

Task<void> Content::settle_line(Piece piece) {
    if (std::exchange(is_at_separator_, false) && !piece.text.empty()) separate_header();
    if (fate_.is_settled()) co_return;
    if (!piece.is_inspected) co_return put(piece.type, piece.text);
    write(co_await inspection_.line(std::move(piece.text)), piece.type);
}

Task<void> Content::inspect_field(Piece piece) {
    take_field(piece.place, co_await inspection_.field(piece.place, std::move(piece.text)));
}

void Content::take_field(HeaderPlace place, Inspection::Outcome outcome) {
    if (fate_.is_settled()) return;
    if (place != HeaderPlace::primary) return write(std::move(outcome), RecordType::line);
    for (std::string& line : outcome.before)
        header_.add_verbatim(std::move(line));
    if (outcome.text) header_.add(std::move(*outcome.text));
    count_hops();
}

void Content::count_hops() {
    if (settings_.hopcount_limit == 0 || header_.hops() < settings_.hopcount_limit) return;
    reporter_.log().warning("{}: message rejected: hopcount exceeded",
                            inspection_.origin().queue_id);
    fate_.fail(CleanupStatus::too_many_hops, "too many hops");
}

Task<void> Content::end_primary_header() {
    auto fields = co_await header_.finish();
    is_in_primary_header_ = false;
    is_at_separator_ = true;
    if (!fields) co_return fate_.fail(fields.error());
    if (!fields->empty()) file_.put_lines(*fields);
}

/// A header that ends with a line of the body gets the empty line that it lacks.
void Content::separate_header() {
    if (settings_.non_empty_end_of_header_action == EndOfHeader::reject) {
        report_mime_error(reporter_, inspection_.origin(),
                          "message header was terminated with non-empty line", {});
        return fate_.fail(CleanupStatus::rejected, "5.6.0 " + std::string(unterminated_header));
    }
    if (settings_.non_empty_end_of_header_action == EndOfHeader::add_header)
        file_.put_line("MIME-Error: " + std::string(unterminated_header));
    file_.put_line("");
}

void Content::write(Inspection::Outcome outcome, RecordType type) {
    if (fate_.is_settled()) return;
    for (const std::string& line : outcome.before)
        file_.put_line(line);
    if (!outcome.text) return;
    if (type == RecordType::long_line)
        file_.put(type, *outcome.text);
    else
        file_.put_lines(*outcome.text);  // a field may have several
}

}  // namespace postern::cleanup
