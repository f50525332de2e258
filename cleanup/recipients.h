// The recipients of one message on their way into its queue file: completed, mapped, expanded, and
// copied to others (ADDRESS_REWRITING_README).
#pragma once

#include "cleanup/draft.h"
#include "cleanup/envelope_writer.h"
#include "cleanup/fate.h"
#include "cleanup/workshop.h"
#include "lib/service/bounce.h"
#include "lib/service/cleanup.h"

#include <string>
#include <vector>

namespace postern::cleanup {

/// What cannot be looked up or written is the message's fate.
class Recipients {
public:
    /// All outlive it.
    Recipients(const Workshop& workshop, const service::CleanupOptions& options,
               std::string queue_id, EnvelopeWriter& envelope, queue::MessageSizes& sizes,
               Fate& fate)
        : workshop_(workshop),
          options_(options),
          queue_id_(std::move(queue_id)),
          envelope_(envelope),
          sizes_(sizes),
          fate_(fate) {}

    /// Those of a draft that have come since the last time; in standard form afterwards.
    Task<void> write_new(std::vector<DraftRecipient>& recipients);
    /// One whose address is in standard form.
    Task<void> write(DraftRecipient recipient);

    /// A blind copy: nobody asked for reports on it (RFC 3461 section 5.2.7).
    Task<void> write_bcc(std::string address);
    /// Has the expansions on record about which senders asked to be told. Before the queue manager
    /// sees the message.
    Task<void> report_expansions();

    Task<void> write_sender_bcc(std::string sender);
    Task<void> write_always_bcc();

private:
    Answer<Result<std::string>> mapped(std::string address) const;
    Answer<Result<std::vector<DraftRecipient>>> expanded(DraftRecipient recipient) const;
    void fail_expansion(const Error& error);
    void note_expansion(const DraftRecipient& alias, std::vector<DraftRecipient>& members);
    void note_utf8(std::string_view address);

    const Workshop& workshop_;
    const service::CleanupOptions& options_;
    const std::string queue_id_;
    EnvelopeWriter& envelope_;
    queue::MessageSizes& sizes_;
    Fate& fate_;
    std::vector<service::BounceEntry> expansions_;
    std::size_t written_ = 0;   // of the draft's recipients
};

}  // namespace postern::cleanup
