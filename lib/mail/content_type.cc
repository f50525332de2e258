#include "lib/mail/content_type.h"

#include "lib/base/strings.h"
#include "lib/mail/token.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace postern::mail {

namespace {

// RFC 2045 tokens: like address atoms, but `!`, `.` and `%` belong to them, `/` and `=` do not.
class ParameterLexer {
public:
    explicit ParameterLexer(std::string_view text) : text_(text) {}

    bool take(char c) {
        skip();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::string value() {
        skip();
        return at_ < text_.size() && text_[at_] == '"' ? quoted() : token();
    }

    std::string token() {
        skip();
        const std::size_t start = at_;
        while (at_ < text_.size() && !is_blank(text_[at_]) &&
               std::string_view("()<>@,;:\\\"/[]?=").find(text_[at_]) == std::string_view::npos)
            ++at_;
        return std::string(text_.substr(start, at_ - start));
    }

    // To the next parameter, whatever stands before it.
    bool to_parameter() {
        for (; at_ < text_.size(); ++at_) {
            skip();
            if (take(';')) return true;
            if (at_ < text_.size() && text_[at_] == '"') std::ignore = quoted(), --at_;
        }
        return false;
    }

private:
    void skip() {
        int depth = 0;
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == '(')
                ++depth;
            else if (text_[at_] == ')' && depth > 0)
                --depth;
            else if (text_[at_] == '\\' && depth > 0)
                ++at_;
            else if (depth == 0 && !is_blank(text_[at_]))
                return;
        }
        at_ = text_.size();
    }

    std::string quoted() {
        std::string value;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            if (text_[at_] != '\n') value += text_[at_];
        }
        ++at_;
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

constexpr auto encodings = std::to_array<std::pair<std::string_view, TransferEncoding>>({
    {"7bit", TransferEncoding::seven_bit},
    {"8bit", TransferEncoding::eight_bit},
    {"binary", TransferEncoding::binary},
    {"quoted-printable", TransferEncoding::quoted_printable},
    {"base64", TransferEncoding::base64},
});

}  // namespace

ContentType ContentType::parse(std::string_view value) {
    ContentType content;
    ParameterLexer lexer(value);
    std::string type = lower(lexer.token());
    if (type.empty() || !lexer.take('/')) return content;
    content.type = std::move(type);
    content.subtype = lower(lexer.token());
    while (lexer.to_parameter()) {
        std::string name = lower(lexer.token());
        if (!name.empty() && lexer.take('='))
            content.parameters.emplace_back(std::move(name), lexer.value());
    }
    return content;
}

std::string_view ContentType::parameter(std::string_view name) const noexcept {
    const auto found =
        std::find_if(parameters.begin(), parameters.end(),
                     [name](const auto& parameter) { return same(parameter.first, name); });
    return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

TransferEncoding parse_transfer_encoding(std::string_view value) {
    const std::string name = ParameterLexer(value).token();
    const auto found = std::find_if(encodings.begin(), encodings.end(),
                                    [&name](const auto& row) { return same(row.first, name); });
    return found == encodings.end() ? TransferEncoding::unknown : found->second;
}

bool is_coded(TransferEncoding encoding) noexcept {
    return encoding == TransferEncoding::quoted_printable || encoding == TransferEncoding::base64;
}

}  // namespace postern::mail
