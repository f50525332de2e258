// What milters make of a message, once it lies in its queue file, complete but for its end.
#pragma once

#include "cleanup/draft.h"
#include "cleanup/editing.h"
#include "cleanup/envelope_writer.h"
#include "cleanup/fate.h"
#include "cleanup/inspection.h"
#include "cleanup/recipients.h"
#include "cleanup/workshop.h"
#include "lib/milter/edits.h"
#include "lib/service/cleanup.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::cleanup {

/// Applies the changes of our own milters (non_smtpd_milters), or those that a client sends that
/// has asked its own ones. What fails settles the message's fate.
class MilterTurn {
public:
    /// The message; all of it outlives the turn.
    struct Subject {
        const Workshop& workshop;
        const service::Submit& request;
        Draft& draft;
        queue::QueueFileWriter& file;
        EnvelopeWriter& envelope;
        queue::MessageSizes& sizes;
        Recipients& recipients;
        Fate& fate;
    };
    /// From now on the file leaves room for changes.
    explicit MilterTurn(Subject subject);

    /// Where the content is, while the message is written.
    void begin_content() { editing_.begin_content(); }
    void end_content() { editing_.end_content(); }

    /// Makes what is written readable for others.
    void show() { editing_.show(); }
    /// Asks our own milters, and does what they say.
    Task<void> ask_own_milters();
    /// A record of the second part of what a client sends. True: that was the last.
    Task<bool> take(const queue::Record& record);

    bool holds() const noexcept { return holds_; }

private:
    Task<void> apply(milter::Edits edits);
    void hold();
    void refuse();
    Task<std::vector<std::string>> checked_header();
    Task<void> fulfil(const Requests& requests);
    Task<void> edit_recipients();
    Task<void> add_recipient(const milter::RecipientEdit& edit);
    void take_parameters(std::string_view parameters, DraftRecipient& recipient) const;
    Editing::Attributes attributes_of(std::string_view parameters) const;
    Task<void> change_sender();
    void warn(const std::string& text) const;
    void end();
    void report(std::string_view action, std::string_view text) const;

    const Subject subject_;
    Fate& fate_;
    Editing editing_;
    std::optional<milter::Edits> edits_;
    std::string_view stage_ = "END-OF-MESSAGE";
    std::string refused_recipient_;   // "": not one of them
    bool holds_ = false;
};

}  // namespace postern::cleanup
