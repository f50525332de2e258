// The content of a message, after DATA and BDAT.
#include "smtpd/dialogue.h"

#include "smtpd/chunk.h"

#include <fmt/format.h>

namespace postern::smtpd {

/// While content comes: each read has its own time; or, with a deadline per request, all reads
/// share one that grows as bytes arrive (smtpd_min_data_rate).
ReadDeadline Dialogue::content_deadline() {
    if (!limits().smtpd_per_request_deadline) return [this](std::size_t) { return deadline(); };
    event::Loop& loop = session_.house.loop;
    return [&loop, rate = limits().smtpd_min_data_rate, longest = limits().smtpd_timeout,
            until = deadline()](std::size_t received) mutable {
        const milliseconds earned(static_cast<std::int64_t>(received) * 1000 / rate);
        until.at = std::min(until.at + earned, loop.in(longest).at);
        return until;
    };
}

Task<void> Dialogue::receive() {
    std::uint64_t received = 0;
    auto final = co_await receive_data(session_, stream_, content_deadline(), received);
    if (!final) {
        data_stage_ = fmt::format("DATA ({} bytes)", received);
        session_.stage = data_stage_;
        co_await broken(final.error());
        co_return;
    }
    if (final->code == 521) session_.next = Session::Next::bye;
    if (final->is_success()) {
        session_.errors = session_.junk_commands = 0;
    } else {
        const std::size_t index = static_cast<std::size_t>(find_verb("DATA") - verbs().data());
        --session_.accepted[index];
        ++session_.errors;
    }
    session_.end_transaction();
    co_await say(std::move(*final));
    transcript_.begin_anew();
}

/// The reply to BDAT comes after its bytes.
Task<Reply> Dialogue::receive_chunk(const Verb& verb) {
    auto answered = co_await smtpd::receive_chunk(session_, stream_, content_deadline());
    if (!answered) {
        data_stage_ = fmt::format("BDAT ({} bytes)", session_.chunks->received());
        session_.stage = data_stage_;
        co_await broken(answered.error());
        co_return Reply();
    }
    const bool is_over = session_.is_last_chunk;
    if (is_over) session_.end_transaction();
    Reply counted = count(&verb, std::move(*answered));
    if (is_over && counted.is_success()) session_.errors = session_.junk_commands = 0;
    co_return counted;
}

}  // namespace postern::smtpd
