// One message on its way into the queue: records come in, and a complete, durable file goes out.
#pragma once

#include "cleanup/address_rules.h"
#include "cleanup/draft.h"
#include "cleanup/header.h"
#include "cleanup/notifier.h"
#include "cleanup/settings.h"
#include "lib/event/pool.h"
#include "lib/queue/queue_file_writer.h"
#include "lib/queue/spool.h"
#include "lib/report/reporter.h"
#include "lib/service/cleanup.h"

#include <memory>
#include <optional>
#include <set>
#include <string>

namespace postern::cleanup {

/// What is the same for all messages. References outlive them.
struct Workshop {
    const Settings& settings;
    const queue::Spool& spool;
    const AddressRules& rules;
    const Clock& clock;
    const Reporter& reporter;
    event::Pool& disk;
    Notifier& qmgr;
};

/// Fed with the content of a Submit request. Destroyed before finish() has succeeded, it leaves
/// nothing in the queue.
class Message {
public:
    Message(const Workshop& workshop, service::Submit request);

    /// Takes the next bytes of the record stream.
    Task<void> take(std::string_view piece);
    /// The outcome is known already: nothing that still comes can change it.
    bool is_settled() const noexcept { return status_ != service::CleanupStatus::ok; }
    /// After the last piece: makes the file durable and tells qmgr.
    Task<service::Submitted> finish();

    /// What the sender gave, for a bounce of what cannot be accepted.
    const Draft& draft() const noexcept { return draft_; }

private:
    enum class Section { envelope, header, body, extracted, end };

    /// False when the record needs a wait: take_slowly() goes on with it.
    bool take_at_once(const queue::Record& record);
    Task<void> take_slowly(queue::Record record);
    void take_envelope(const queue::Record& record);
    Task<void> begin_content();
    bool add_to_header(const queue::Record& record);
    Task<void> leave_header();
    Task<void> end_header();
    Task<void> begin_extracted();
    Task<void> end_message();
    Task<Result<void>> complete_recipients(std::vector<DraftRecipient>& recipients);
    Task<Result<void>> complete_sender();
    Result<void> write_envelope();
    bool is_first(const DraftRecipient& recipient);
    Result<void> write_recipients(const std::vector<DraftRecipient>& recipients);
    Result<void> write_lines(std::string_view text);
    void write_body(const queue::Record& record);
    void count_content(std::size_t bytes);

    void fail(service::CleanupStatus status, std::string reason);
    void fail(const Error& error);
    bool check(const Result<void>& done);

    const Workshop& workshop_;
    service::Submit request_;
    Draft draft_;
    std::string unparsed_;
    std::string line_;  // of the header, as far as it came
    Header::Line header_line_ = Header::Line::taken;
    Section section_ = Section::envelope;
    // Shared with the thread that syncs it, which may outlive a message that is taken back.
    std::shared_ptr<queue::QueueFileWriter> file_;
    std::optional<Header> header_;
    std::set<std::string> written_;  // recipients, up to duplicate_filter_limit
    queue::MessageSizes sizes_;
    std::string encoding_;
    service::CleanupStatus status_ = service::CleanupStatus::ok;
    std::string reason_;
};

}  // namespace postern::cleanup
