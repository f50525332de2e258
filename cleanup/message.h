// One message on its way into the queue: records come in, and a complete, durable file goes out.
#pragma once

#include "cleanup/content.h"
#include "cleanup/content_file.h"
#include "cleanup/draft.h"
#include "cleanup/envelope_writer.h"
#include "cleanup/fate.h"
#include "cleanup/header.h"
#include "cleanup/inspection.h"
#include "cleanup/milter_turn.h"
#include "cleanup/recipients.h"
#include "cleanup/workshop.h"
#include "lib/queue/queue_file_writer.h"
#include "lib/service/cleanup.h"

#include <functional>
#include <optional>
#include <string>

namespace postern::cleanup {

/// Fed with the content of a Submit request. Destroyed before finish() has succeeded, it leaves
/// nothing in the queue.
class Message {
public:
    /// `tell` hears of the progress of a message that begins early or awaits edits.
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
    enum class Section { request, envelope, content, extracted, edits, end };

    bool take_at_once(const queue::Record& record);
    Task<void> take(const queue::Record& record);
    void begin_early();
    void take_request(const queue::Record& record);
    void take_envelope(const queue::Record& record);
    void check_attributes();
    void take_line(const queue::Record& record);
    Task<void> begin_content();
    bool create_file();
    void prepare_file();
    Task<void> complete_sender();
    Task<void> write_envelope();
    HeaderContext header_context() const;
    void put_received();
    Task<void> begin_extracted();
    void write_tls_wishes();
    std::string encoding() const;
    Task<void> end_message();
    Task<void> write_copies();
    void note_utf8();
    bool may_be_edited() const;
    Task<void> show_to_milters();
    void check_recipients();
    bool is_held() const;
    Task<std::int64_t> commit();

    const Workshop& workshop_;
    service::Submit request_;
    Draft draft_;
    Fate fate_;
    std::string unparsed_;
    Section section_ = Section::envelope;
    std::optional<queue::QueueFileWriter> file_;
    std::optional<EnvelopeWriter> envelope_;
    std::optional<Recipients> recipients_;
    std::optional<Header> header_;
    std::optional<Inspection> inspection_;
    std::optional<ContentFile> content_file_;
    std::optional<Content> content_;
    queue::MessageSizes sizes_;
    const Tell tell_;
    std::optional<MilterTurn> milters_;   // where milters may change the message
    bool is_at_first_lines_ = true;
};

}  // namespace postern::cleanup
