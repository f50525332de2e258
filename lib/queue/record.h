// Records: what queue files consist of.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::queue {

/// The type byte of a record. A file is an envelope, a content that begins with `content`, an
/// extracted section that begins with `extracted`, and `end`.
enum class RecordType : char {
    // Envelope
    size = 'C',            ///< six numbers (see MessageSizes); the first record
    time = 'T',            ///< arrival: "seconds microseconds", or seconds only
    create_time = 'c',     ///< of the file, as old versions wrote it
    attribute = 'A',       ///< name=value
    flags = 'f',           ///< of old versions
    full_name = 'F',       ///< of the sender
    inspector = 'I',       ///< of old versions
    content_filter = 'L',  ///< transport:nexthop; the same letter as long_line
    redirect = '>',        ///< the recipient that replaces all others
    sender = 'S',
    verp = 'V',       ///< the two VERP delimiters
    warn_time = 'W',  ///< when the sender is told of the delay, seconds
    recipient = 'R',
    original_recipient = 'O',  ///< stands before the recipient that it is about
    done_recipient = 'D',      ///< a recipient that needs nothing more
    cancelled_recipient = '/',
    killed = 'K',      ///< a record that no longer counts, overwritten in place
    dsn_return = '<',  ///< DSN as records, of old versions: now attributes
    dsn_envelope_id = 'i',
    dsn_notify = 'n',
    dsn_orcpt = 'o',
    // Content
    content = 'M',    ///< begins the content
    line = 'N',       ///< a line; its end is implied
    long_line = 'L',  ///< a piece of a line that goes on in the next record
    padding = 'w',    ///< room for changes; no meaning
    // What was found in header fields
    extracted = 'X',       ///< begins that section
    return_receipt = 'r',  ///< Return-Receipt-To:
    errors_to = 'e',       ///< Errors-To:
    priority = 'P',
    // Anywhere
    pointer = 'p',  ///< the file offset at which the file goes on; "0" is none
    end = 'E',
};

/// The name by which postcat and messages call it; nothing for an unknown type.
std::optional<std::string_view> name_of(RecordType type);

struct Record {
    RecordType type;
    std::string_view data;  ///< valid until the reader that gave it is asked for the next one
    off_t offset = 0;       ///< of the type byte in the file
};

/// The most that one record may hold; more is damage, not mail.
inline constexpr std::size_t record_limit = 16u << 20;

/// Appends the type, the length (base 128, least significant seven bits first, the high bit set on
/// all bytes but the last) and the data.
void append_record(std::string& buffer, RecordType type, std::string_view data);
/// A line of content, without its end: pieces of `limit` bytes (line_length_limit) and the rest.
void append_line(std::string& buffer, std::string_view line, std::size_t limit);

/// A pointer record of fixed width, so that it can be overwritten: 17 bytes.
std::string pointer_record(off_t target);
inline constexpr std::size_t pointer_record_size = 17;

/// The target of a pointer record; nothing when it points nowhere.
/// Error: permanent, not a number.
Result<std::optional<off_t>> pointer_target(const Record& record);

/// "name=value" of an attribute record; the value is empty where the `=` is missing.
struct Attribute {
    std::string_view name;
    std::string_view value;
};
Attribute attribute_of(std::string_view data);
void append_attribute(std::string& buffer, std::string_view name, std::string_view value);

/// Reads records from memory, for what arrives in frames.
class RecordParser {
public:
    explicit RecordParser(std::string_view input) : input_(input) {}

    /// Nothing at the end of the input, or where it ends within a record: `rest()` tells which.
    /// Error: permanent, a length that is none or is above record_limit.
    Result<std::optional<Record>> next();
    /// What has not been read; the beginning of a record that is to be completed.
    std::string_view rest() const { return input_.substr(position_); }

private:
    std::string_view input_;
    std::size_t position_ = 0;
};

/// Reads records from a file with one buffer, which grows only for a record that does not fit.
class RecordReader {
public:
    /// `file` stays open as long as the reader; `name` is for errors.
    RecordReader(int file, std::string name, std::size_t buffer_size = 4096);

    /// The next record in file order; nothing at the end of the file.
    /// Errors: permanent "NAME: ... at offset N" for damage; system errors.
    Result<std::optional<Record>> next();
    /// The next record, going where pointer records point. Error: also for a pointer loop.
    Result<std::optional<Record>> next_in_order();

    off_t offset() const noexcept { return buffer_at_ + static_cast<off_t>(position_); }
    void seek(off_t offset);
    /// As seek(), for a pointer that was read by next(). Error: pointers in a circle.
    Result<void> follow(off_t pointer_at, off_t target);
    const std::string& name() const noexcept { return name_; }
    /// "NAME: TEXT at offset N", permanent.
    Error damage(std::string_view text, off_t offset) const;

private:
    Result<bool> fill();
    void go_to(off_t offset);

    int file_;
    std::string name_;
    std::string buffer_;
    std::size_t buffer_size_;
    std::size_t position_ = 0;
    off_t buffer_at_ = 0;            ///< file offset of the first byte in the buffer
    std::size_t pointers_ = 0;       ///< followed since seek(), to find loops
    std::size_t most_pointers_ = 0;  ///< that the file has room for
};

}  // namespace postern::queue
