// The size record: the first of every queue file, written last.
#pragma once

#include "lib/base/result.h"

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::queue {

/// What the size record says of UTF-8 (RFC 6531). Recipients are not part of it.
struct Utf8 {
    static constexpr std::uint32_t asked_for = 1;   ///< with SMTPUTF8, or found to be needed
    static constexpr std::uint32_t in_header = 2;
    static constexpr std::uint32_t in_sender = 4;
};

/// Numbers of the size record: six decimal ones of width 15, a blank between two.
struct MessageSizes {
    std::int64_t data_size = 0;  ///< bytes of the content records, with their headers
    off_t data_offset = 0;       ///< where the first content record is
    std::int64_t recipient_count = 0;
    std::uint32_t dsn_options = 0;    ///< what NOTIFY of any recipient asked for, bits << 1
    std::int64_t content_length = 0;  ///< bytes of the content, as message_size_limit counts them
    std::uint32_t smtputf8 = 0;       ///< bits of Utf8

    bool asks_for_smtputf8() const noexcept { return (smtputf8 & Utf8::asked_for) != 0; }
    /// In what is not a recipient.
    bool has_utf8() const noexcept { return (smtputf8 & (Utf8::in_header | Utf8::in_sender)) != 0; }

    /// The data of the record: 95 bytes, the same for all messages.
    std::string text() const;
    /// Files of old versions have fewer numbers; what is missing is 0 (the content length as
    /// data_size). Error: permanent, not numbers.
    static Result<MessageSizes> parse(std::string_view text);
};

/// The whole size record, with its header.
inline constexpr std::size_t size_record_size = 97;

}  // namespace postern::queue
