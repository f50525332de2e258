// 8-bit content made fit for a server without 8BITMIME (RFC 6152): each part that says "8bit" or
// "binary" becomes quoted-printable (RFC 2045 section 6.7), line by line, in constant memory.
#pragma once

#include "lib/mail/mime_reader.h"

#include <functional>
#include <string>
#include <string_view>

namespace postern::mail {

/// One text line as quoted-printable; a long one becomes several, separated by "\n". `line` without
/// its end, which stays a hard line break.
std::string quoted_printable(std::string_view line);

class Downgrader final : private MimeReceiver {
public:
    /// `put` gets each line of the changed message, without its end.
    using Put = std::function<void(std::string_view)>;
    explicit Downgrader(Put put, MimeLimits limits = {})
        : put_(std::move(put)), reader_(*this, limits) {}

    void line(std::string_view line) { reader_.line(line); }
    void finish() { reader_.finish(); }
    /// Bits of MimeFault.
    std::uint8_t faults() const noexcept { return reader_.faults(); }

private:
    void header(HeaderPlace place, std::string_view field) override;
    void header_end(HeaderPlace place, const ContentType& type, TransferEncoding encoding) override;
    void body(std::string_view line, bool is_content) override;
    void put_lines(std::string_view text);

    Put put_;
    MimeReader reader_;
    std::string encoding_field_;  // Content-Transfer-Encoding, held back to the end of its header
    bool encodes_body_ = false;
};

}  // namespace postern::mail
