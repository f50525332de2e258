// Reads the envelope of a queue file.
#pragma once

#include "lib/queue/envelope.h"
#include "lib/queue/record.h"

#include <optional>
#include <string>
#include <vector>

namespace postern::queue {

/// One pass to learn of the message, then recipients in pieces, each from where the last ended.
/// Follows pointer records; passes over the content.
class EnvelopeReader {
public:
    /// `file` stays open as long as the reader.
    EnvelopeReader(int file, std::string name);

    /// All but the recipients. Reads both sections; the first `recipient_limit` recipients, which
    /// are met on the way, are kept for recipients(), so that a file of few is read once.
    /// Errors: permanent for damage (no time or sender record, a record where it may not be, the
    /// end missing), with file and offset; system errors.
    Result<Envelope> read(std::size_t recipient_limit = 0);

    /// The next recipients that are not done, at most `limit`; fewer, or none, at the end.
    Result<std::vector<Recipient>> recipients(std::size_t limit);
    /// All recipients were given.
    bool at_end() const noexcept { return at_end_ && kept_.empty(); }

    /// Where the next piece begins: a value for resume(), also of another reader or process.
    off_t position() const noexcept { return position_; }
    void resume(off_t position, const MessageSizes& sizes);

private:
    struct Seen {
        bool time = false, sender = false, end = false;
    };

    void return_to(off_t position);
    bool keep(Recipient recipient, std::size_t limit);
    Result<std::optional<Record>> next_record();
    Result<void> skip_content(off_t content_at);
    bool take_recipient_part(const Record& record);
    std::optional<Recipient> take_recipient(const Record& record);
    Result<void> take(Envelope& envelope, Seen& seen, const Record& record);
    Result<void> take_sizes(Envelope& envelope, const Record& record);
    static Result<void> take_arrival(Envelope& envelope, Seen& seen, const Record& record);
    static Result<void> take_attribute(Envelope& envelope, const Record& record);
    static Result<void> take_warn_time(Envelope& envelope, const Record& record);

    RecordReader records_;
    MessageSizes sizes_;
    Recipient pending_;  ///< what stands before the next recipient
    std::vector<Recipient> kept_;
    off_t position_ = 0;
    bool past_content_ = false;
    bool at_end_ = false;
};

}  // namespace postern::queue
