// The envelope and the recipients of one message, as the queue file has them.
#pragma once

#include "cleanup/draft.h"
#include "cleanup/inspection.h"
#include "cleanup/settings.h"
#include "lib/queue/queue_file_writer.h"
#include "lib/queue/sizes.h"

#include <set>
#include <string>
#include <vector>

namespace postern::cleanup {

/// Records in the order of Postfix: time, attributes of the message, sender, attributes of its
/// origin; then for each recipient notify_flags, dsn_orig_rcpt, original and final address.
/// Errors of all members: the file could not be written.
class EnvelopeWriter {
public:
    /// All outlive it.
    EnvelopeWriter(queue::QueueFileWriter& file, const Settings& settings,
                   queue::MessageSizes& sizes)
        : file_(file), settings_(settings), sizes_(sizes) {}

    /// All up to the sender. `draft` has its arrival time; `now` is the time of the file.
    Result<void> write_sender(const Draft& draft, WallTime now);
    /// What follows the sender: where the message came from.
    Result<void> write_origin(const Draft& draft);
    /// What content rules want of the message as a whole, but for further recipients.
    Result<void> write_requests(const Requests& requests);

    /// A recipient, counted in the sizes, unless it is there already: up to
    /// duplicate_filter_limit recipients are remembered.
    Result<void> write(const DraftRecipient& recipient);

    /// The file may be edited: what may have to be overwritten has the room of a pointer record, and
    /// is remembered.
    void make_editable() noexcept { is_editable_ = true; }
    struct Place {
        off_t offset;   ///< of the recipient's record
        std::string address, original;
        bool is_cancelled = false;
    };
    std::vector<Place>& places() noexcept { return places_; }
    /// Recipients that have been taken away may be written again.
    void forget_duplicates() { written_.clear(); }
    const std::vector<Place>& places() const noexcept { return places_; }
    off_t sender_offset() const noexcept { return sender_offset_; }
    off_t behind_sender() const noexcept { return behind_sender_; }

private:
    Result<void> put_sender(const std::string& sender);
    Result<void> put_attributes(const Draft& draft, bool before_sender);
    Result<void> put(queue::RecordType type, std::string_view data);
    bool is_first(const DraftRecipient& recipient);

    queue::QueueFileWriter& file_;
    const Settings& settings_;
    queue::MessageSizes& sizes_;
    std::set<std::string> written_;
    bool is_editable_ = false;
    off_t sender_offset_ = 0, behind_sender_ = 0;
    std::vector<Place> places_;
};

}  // namespace postern::cleanup
