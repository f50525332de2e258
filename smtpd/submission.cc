// Messages to cleanup; see the header.
#include "smtpd/submission.h"

#include "lib/base/strings.h"
#include "lib/queue/record.h"
#include "smtpd/envelope.h"
#include "smtpd/milter_events.h"

namespace postern::smtpd {

using service::CleanupStatus;

Deadline Submission::deadline() const {
    return session_.house.loop.in(session_.settings().ipc_timeout);
}

/// Not for us: the rights of an ordinary user reach no further than postdrop.
Result<void> Submission::begin_posting(const std::string& command) {
    auto started = service::Postdrop::start(command);
    if (!started) return started.error();
    posting_.emplace(std::move(*started));
    auto id = posting_->queue_id();
    if (!id) return id.error();
    queue_id_ = std::move(*id);
    posting_->send(posted_records(session_, queue_id_));
    return success();
}

Result<service::Submitted> Submission::finish_posting() {
    if (auto done = posting_->finish(); !done) return done.error();
    service::Submitted submitted;
    submitted.queue_id = queue_id_;
    return submitted;
}

bool Submission::is_for_postdrop() const {
    const StandAlone* alone = session_.house.stand_alone;
    return alone && !alone->postdrop.empty();
}

Task<Result<void>> Submission::begin() {
    has_begun_ = true;
    if (is_for_postdrop()) co_return begin_posting(session_.house.stand_alone->postdrop);
    service::Submit request = submit_request(session_);
    std::string records;
    if (upload_) {
        queue::append_record(records, queue::RecordType::extracted, service::encode(request));
    } else {
        upload_.emplace(session_.house.cleanup);
        auto begun = co_await upload_->begin(std::move(request), deadline());
        if (!begun) co_return begun;
    }
    records += envelope_records(session_);
    co_return co_await upload_->send(records, deadline());
}

Task<void> Submission::send() {
    if (is_refused_ || failure_) {
        records_.clear();
        co_return;
    }
    if (!has_begun_)
        if (auto begun = co_await begin(); !begun) failure_ = begun.error();
    if (!failure_) co_await pass_on();
    records_.clear();
}

Task<void> Submission::pass_on() {
    if (posting_) co_return posting_->send(records_);
    // Over early: cleanup has answered already, and finish() will tell.
    if (upload_->is_over()) co_return;
    const auto sent = co_await upload_->send(records_, deadline());
    if (!sent && !upload_->is_over()) failure_ = sent.error();
}

Task<Result<service::Submitted>> Submission::complete() {
    records_ += closing_records();
    co_await send();
    if (failure_) co_return *failure_;
    if (posting_) co_return finish_posting();
    if (is_for_milters(session_)) co_await filter();
    if (failure_) co_return *failure_;
    co_return co_await upload_->finish(deadline());
}

Task<Result<std::string>> Submission::begin_early() {
    upload_.emplace(session_.house.cleanup);
    service::Submit request;
    request.begins_early = true;
    auto begun = co_await upload_->begin(std::move(request), deadline());
    if (!begun) co_return begun.error();
    auto said = co_await upload_->hear<service::CleanupProgress>(deadline());
    if (said) co_return said->queue_id;
    // Refused already, and the answer says why.
    auto answer = co_await upload_->finish(deadline());
    co_return answer ? temporary(answer->reason) : answer.error();
}

/// postdrop wants the whole envelope first. What has been sent of a message that is refused is
/// taken back.
Task<Result<std::string>> Submission::name() {
    if (is_for_postdrop() || (upload_ && !is_refused_)) co_return std::string();
    auto queue_id = co_await begin_early();
    if (!queue_id) failure_ = queue_id.error();
    co_return queue_id;
}

namespace {

Result<milter::StoredContent> stored_content(const Session& session,
                                             const service::CleanupProgress& written, Fd& file) {
    auto id = queue::QueueId::parse(written.queue_id);
    if (!id) return id.error();
    const auto queue = session.mail->actions.holds ? queue::Queue::hold : queue::Queue::incoming;
    auto opened = session.house.spool->open_file(queue, *id, O_RDONLY);
    if (!opened) return opened.error();
    if (!*opened) return temporary(written.queue_id + ": the queue file is gone");
    file = std::move(**opened);
    milter::StoredContent stored;
    stored.file = file.get();
    stored.name = written.queue_id;
    stored.offset = static_cast<off_t>(written.content_offset);
    stored.has_own_received = true;
    stored.size_limit = session.settings().message_size_limit;
    return stored;
}

}  // namespace

/// Shows the stored message to the milters, and tells cleanup what they made of it.
Task<void> Submission::filter() {
    auto written = co_await upload_->hear<service::CleanupProgress>(deadline());
    if (!written) co_return;  // cleanup has answered, and finish() tells
    Fd file;
    auto stored = stored_content(session_, *written, file);
    if (!stored) {
        failure_ = stored.error();
        co_return;
    }
    session_.mail->is_at_content = true;
    auto outcome = co_await session_.milters->message(*stored);
    if (session_.settings().soft_bounce && outcome.edits.fate == milter::Edits::Fate::refuse)
        outcome.edits.reply = milter::text_of(Reply::from_text(outcome.edits.reply, {}).softened());
    queue::append_record(records_, queue::RecordType::extracted, service::encode(outcome.edits));
    milter::for_each_line(outcome.body, [this](std::string_view line) {
        queue::append_line(records_, line, session_.settings().line_length_limit);
        return true;
    });
    queue::append_record(records_, queue::RecordType::end, {});
    co_await send();
}

namespace {

/// What cleanup's rules say, "5.7.1 text"; "4.7.1 text" asks to try again. A milter's reply has a
/// code of its own, and may have no status.
Reply refused(int code, std::string_view status, const std::string& reason) {
    if (reason.starts_with("4.")) code = 451;
    const bool is_whole = reason.size() > 3 && is_digit(reason[1]) && is_digit(reason[2]);
    return Reply::from_text(reason, reply(code, is_whole ? "" : status, "message content rejected"));
}

/// "250 2.0.0 QUEUED ID", or why not.
Reply reply_to(const Result<service::Submitted>& submitted, const std::string& queued) {
    if (!submitted) return reply(451, "4.3.0", "Error: queue file write error");
    switch (submitted->status) {
        case CleanupStatus::ok:
        case CleanupStatus::discarded:
            return reply(250, "2.0.0", queued + " " + submitted->queue_id);
        case CleanupStatus::too_big:
            return reply(552, "5.3.4", "Error: message file too big");
        case CleanupStatus::too_many_hops:
            return reply(554, "5.4.0", "Error: too many hops");
        case CleanupStatus::rejected:
            return refused(550, "5.7.1", submitted->reason);
        case CleanupStatus::deferred:
            return refused(450, "4.7.1", submitted->reason);
        case CleanupStatus::no_recipients:
            return reply(550, "5.1.0", "Error: no recipients specified");
        case CleanupStatus::bad_input:
            return reply(451, "4.3.0", "Error: internal error");
        case CleanupStatus::map_failed:
        case CleanupStatus::cannot_write:
            break;
    }
    return reply(451, "4.3.0", "Error: queue file write error");
}

}  // namespace

Task<Reply> Submission::finish(std::string queued) {
    auto submitted = co_await complete();
    if (!submitted) session_.reporter.log().warning("{}", submitted.error().text);
    Reply final = reply_to(submitted, queued);
    if (final.code == 250 && session_.queue_id().empty())
        session_.report_accepted(submitted->queue_id);
    if (submitted) session_.reporter.log().book().fill_place(submitted->log_place);
    co_return final;
}

Task<void> name_message(Session& session) {
    if (!session.queue_id().empty()) co_return;
    auto queue_id = co_await session.sink().name();
    if (!queue_id) co_return session.reporter.log().warning("{}", queue_id.error().text);
    if (queue_id->empty()) co_return;
    session.mail->queue_id = std::move(*queue_id);
    session.report_accepted(session.mail->queue_id);
}

Task<void> name_accepted(Session& session) {
    if (session.mail && !session.mail->recipients.empty()) co_await name_message(session);
}

}  // namespace postern::smtpd
