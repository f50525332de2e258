#include "lib/mail/downgrade.h"

#include "lib/mail/header_names.h"

#include <fmt/format.h>

namespace postern::mail {

namespace {

constexpr std::size_t longest_line = 76;  // RFC 2045 section 6.7, rule 5

bool stands_for_itself(char c) {
    return (c > ' ' && c < 127 && c != '=') || c == ' ' || c == '\t';
}

}  // namespace

std::string quoted_printable(std::string_view line) {
    std::string text;
    std::size_t line_start = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool is_last = i + 1 == line.size();
        const bool is_end_blank = is_last && (c == ' ' || c == '\t');  // rule 3
        const bool is_literal = stands_for_itself(c) && !is_end_blank;
        const std::size_t width = is_literal ? 1 : 3;
        // The last column is for the `=` of a soft line break.
        const std::size_t room = longest_line - (is_last ? 0 : 1);
        if (text.size() - line_start + width > room) {
            text += "=\n";
            line_start = text.size();
        }
        if (is_literal)
            text += c;
        else
            text += fmt::format("={:02X}", static_cast<unsigned char>(c));
    }
    return text;
}

void Downgrader::header(HeaderPlace, std::string_view field) {
    const auto parsed = parse_field(field);
    if (parsed && header_info(parsed->name).id == HeaderId::content_transfer_encoding)
        encoding_field_ = field;
    else
        put_lines(field);
}

void Downgrader::header_end(HeaderPlace, const ContentType& type, TransferEncoding encoding) {
    const bool is_8bit =
        encoding == TransferEncoding::eight_bit || encoding == TransferEncoding::binary;
    const bool is_composite = type.is("multipart") || type.is("message");
    encodes_body_ = is_8bit && !is_composite;
    if (encodes_body_)
        encoding_field_ = "Content-Transfer-Encoding: quoted-printable";
    else if (is_8bit)
        encoding_field_ = "Content-Transfer-Encoding: 7bit";
    if (!encoding_field_.empty()) put_lines(encoding_field_);
    encoding_field_.clear();
}

void Downgrader::body(std::string_view line, bool is_content) {
    if (is_content && encodes_body_)
        put_lines(quoted_printable(line));
    else
        put_(line);
}

void Downgrader::put_lines(std::string_view text) {
    for (;;) {
        const auto end = text.find('\n');
        put_(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

}  // namespace postern::mail
