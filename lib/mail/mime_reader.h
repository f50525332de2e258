// The structure of a message, read line by line: which lines are header fields (of the message, of
// a body part, of an attached message) and which are body, after RFC 2045 and RFC 2046. It holds
// one header field and the boundaries of the open multiparts, whatever the size of the message.
#pragma once

#include "lib/mail/content_type.h"
#include "lib/mail/header_field.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::mail {

enum class HeaderPlace {
    primary,    ///< the message's own (header_checks)
    multipart,  ///< of a body part (mime_header_checks)
    nested,     ///< of an attached message (nested_header_checks)
};

struct MimeLimits {
    std::size_t header_size = 102400;    ///< header_size_limit
    std::size_t nesting = 100;           ///< mime_nesting_limit: above the outermost two
    std::size_t boundary_length = 2048;  ///< mime_boundary_length_limit
    bool disabled = false;               ///< disable_mime_input_processing: one body, no parts
};

/// What was seen and does not agree with the standards; each reported once (RFC sections beside).
enum class MimeFault : std::uint8_t {
    header_too_long = 1,         ///< a field above header_size
    nested_too_deep = 2,         ///< parts above nesting; the inner ones are read as text
    eight_bit_in_header = 4,     ///< RFC 5322 section 2.2, without RFC 6532
    eight_bit_in_seven_bit = 8,  ///< RFC 2045 section 2.7: body bytes above 127 in a 7bit part
    coded_composite = 16,        ///< RFC 2045 section 6.4: base64 on a multipart or message
};

/// Who wants to know. Called in the order of the message.
class MimeReceiver {
public:
    virtual ~MimeReceiver() = default;
    /// A whole field, its lines separated by "\n".
    virtual void header(HeaderPlace place, std::string_view field) = 0;
    /// The header is complete; `encoding` and `type` are those of the part that begins.
    virtual void header_end(HeaderPlace place, const ContentType& type,
                            TransferEncoding encoding) = 0;
    /// A line of a body, the empty line after a header and boundaries included. `is_content`: it
    /// belongs to a part that is no multipart, so an encoder may change it.
    virtual void body(std::string_view line, bool is_content) = 0;
};

class MimeReader {
public:
    MimeReader(MimeReceiver& receiver, MimeLimits limits)
        : receiver_(receiver), limits_(limits), header_(limits.header_size) {}

    /// One line without its end, or the first piece of a long one.
    void line(std::string_view line);
    /// A further piece of the same line: part of a header field where the line is one, else body,
    /// which is no boundary whatever it looks like.
    void piece(std::string_view text);
    /// The end of the message.
    void finish();
    /// Bits of MimeFault.
    std::uint8_t faults() const noexcept { return faults_; }
    /// Where the newest of them was seen for the first time: the field, line or value.
    const std::string& fault_text() const noexcept { return fault_text_; }

private:
    struct Part {
        std::string boundary;  // without the leading "--"
        bool is_digest;        // RFC 2046 section 5.1.5: parts are message/rfc822 by default
    };
    void header_line(std::string_view line);
    void flush_field();
    void field(std::string_view text);
    void end_header();
    void open_multipart();
    void begin_header(HeaderPlace place, ContentType type);
    void body_line(std::string_view line);
    void body_text(std::string_view text);
    bool is_boundary(std::string_view line) const;
    void boundary(std::string_view line);
    bool begins_message() const noexcept;
    void note(MimeFault fault, std::string_view text);

    MimeReceiver& receiver_;
    MimeLimits limits_;
    HeaderReader header_;
    HeaderPlace place_ = HeaderPlace::primary;
    bool in_header_ = true;
    bool is_content_ = true;  // not after the last boundary of a multipart
    bool is_in_field_ = false;  // the line here is one of a header field
    ContentType type_;
    std::string type_field_, encoding_text_;  // as they stand in the header
    TransferEncoding encoding_ = TransferEncoding::seven_bit;
    std::vector<Part> open_;
    std::uint8_t faults_ = 0;
    std::string fault_text_;
};

}  // namespace postern::mail
