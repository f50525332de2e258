// One message on its way into the queue: records come in, and a complete, durable file goes out.
#pragma once

#include "cleanup/address_rules.h"
#include "cleanup/content.h"
#include "cleanup/content_file.h"
#include "cleanup/draft.h"
#include "cleanup/editing.h"
#include "cleanup/envelope_writer.h"
#include "cleanup/fate.h"
#include "cleanup/header.h"
#include "cleanup/inspection.h"
#include "cleanup/notifier.h"
#include "cleanup/settings.h"
#include "lib/event/pool.h"
#include "lib/queue/queue_file_writer.h"
#include "lib/queue/spool.h"
#include "lib/report/reporter.h"
#include "lib/service/cleanup.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace postern::cleanup {

class OwnMilters;

/// What is the same for all messages. References outlive them.
struct Workshop {
    const Settings& settings;
    const queue::Spool& spool;
    const AddressRules& rules;
    const mail::ContentChecks& checks;
    const Clock& clock;
    const Reporter& reporter;
    event::Pool& disk;
    Notifier& qmgr;
    const OwnMilters* own_milters = nullptr;               ///< null: none
    const mail::ContentChecks* milter_checks = nullptr;    ///< milter_header_checks
};

/// Fed with the content of a Submit request. Destroyed before finish() has succeeded, it leaves
/// nothing in the queue.
class Message {
public:
    /// `tell` hears of the progress of a message that awaits edits.
    using Tell = std::function<void(const service::CleanupProgress&)>;
    Message(const Workshop& workshop, service::Submit request, Tell tell = {});

    /// Takes the next bytes of the record stream.
    Task<void> take(std::string_view piece);
    /// The outcome is known already: nothing that still comes can change it.
    bool is_settled() const noexcept { return fate_.is_settled(); }
    /// After the last piece: makes the file durable and tells qmgr.
    Task<service::Submitted> finish();
    /// The client went away in the middle.
    void cancel() const;

    /// What the sender gave, for a bounce of what cannot be accepted.
    const Draft& draft() const noexcept { return draft_; }

private:
    enum class Section { envelope, content, extracted, edits, end };

    Task<void> take(const queue::Record& record);
    void take_envelope(const queue::Record& record);
    Task<void> begin_content();
    bool create_file();
    Origin origin() const;
    HeaderContext header_context() const;
    void put_received();
    Task<void> begin_extracted();
    Task<void> end_message();
    Task<void> complete_sender();
    Task<void> write_recipients();
    Task<void> write_recipient(DraftRecipient recipient);
    Task<void> write_bcc(std::string address);
    Task<void> write_bcc_of_message();
    bool write_requests(const Requests& requests);
    void check_recipients();

    // message_edits.cc
    bool may_be_edited() const;
    void tell_queue_id();
    Task<void> show_to_milters();
    Task<void> take_edits(const queue::Record& record);
    Task<void> apply(milter::Edits edits);
    void refuse_by_milter();
    Task<std::vector<std::string>> checked_header();
    Task<void> edit_recipients();
    Task<void> end_edits();
    void report_milter(std::string_view action, std::string_view text) const;
    std::string encoding() const;
    void note_utf8();
    void note_utf8_address(std::string_view address);
    void fail_expansion(const Error& error);

    const Workshop& workshop_;
    service::Submit request_;
    Draft draft_;
    Fate fate_;
    std::string unparsed_;
    Section section_ = Section::envelope;
    // Shared with the thread that syncs it, which may outlive a message that is taken back.
    std::shared_ptr<queue::QueueFileWriter> file_;
    std::optional<EnvelopeWriter> envelope_;
    std::optional<Header> header_;
    std::optional<Inspection> inspection_;
    std::optional<ContentFile> content_file_;
    std::optional<Content> content_;
    queue::MessageSizes sizes_;
    const Tell tell_;
    std::optional<Editing> editing_;   // where milters may change the message
    std::optional<milter::Edits> edits_;
    std::string_view milter_stage_ = "END-OF-MESSAGE";
    bool is_held_by_milter_ = false;
};

}  // namespace postern::cleanup
