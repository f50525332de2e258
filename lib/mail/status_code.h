// Enhanced mail system status codes (RFC 3463): "4.3.0".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::mail {

struct StatusCode {
    std::uint8_t kind = 4;  ///< 2 success, 4 try again, 5 failed for good
    std::uint16_t subject = 0;
    std::uint16_t detail = 0;

    /// The whole text is "2|4|5 . 1-3 digits . 1-3 digits".
    static std::optional<StatusCode> parse(std::string_view text) noexcept;
    std::string text() const;
    bool is_success() const noexcept { return kind == 2; }
    bool is_temporary() const noexcept { return kind == 4; }
    bool is_permanent() const noexcept { return kind == 5; }
    /// The same subject and detail in another class.
    StatusCode as(std::uint8_t other_kind) const noexcept { return {other_kind, subject, detail}; }

    friend auto operator<=>(const StatusCode&, const StatusCode&) = default;
};

/// A text that may begin with a status code: "5.7.1 go away".
struct CodedText {
    StatusCode code;
    std::string_view text;  ///< without the code and the blanks after it
};
/// The code at the start of `text`, else `otherwise`. `text` outlives the result.
CodedText split_coded_text(std::string_view text, StatusCode otherwise) noexcept;
/// Nothing unless the text begins with a code that a blank or the end follows.
std::optional<CodedText> find_coded_text(std::string_view text) noexcept;

/// The code that goes with an SMTP reply code that came without one: 250 gives 2.0.0, 550 5.0.0.
StatusCode default_status(int reply_code) noexcept;
/// The class of `code` set to that of the reply (RFC 2034 section 4), when they disagree.
StatusCode agreeing(StatusCode code, int reply_code) noexcept;

}  // namespace postern::mail
