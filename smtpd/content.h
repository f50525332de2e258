// Receives the content of a message: after DATA up to its final dot, or one chunk of BDAT.
#pragma once

#include "lib/event/stream.h"
#include "smtpd/session.h"

#include <functional>

namespace postern::smtpd {

/// The deadline of the next read; `received`: bytes that the last one brought.
using ReadDeadline = std::function<Deadline(std::size_t received)>;

/// The final reply to DATA, when the message is safe or refused. Error: the client broke off;
/// nothing of the message is left. `received` counts the bytes of content, for the log.
Task<Result<Reply>> receive_data(Session& session, event::Stream& stream, ReadDeadline deadline,
                                 std::uint64_t& received);

// What DATA and BDAT have in common.

bool is_too_big(const Session& session, std::uint64_t size);
/// What smtpd_forbid_bare_newline means to this client.
BareNewline bare_newline_rule(const Session& session);
/// A bare newline came: noted, and perhaps refused.
bool forbids_bare_newline(Session& session);
/// The refusal of a command with one, logged.
Task<Reply> refuse_bare_newline(Session& session);
/// The same of content.
Task<Reply> refuse_content(Session& session);
/// smtpd_end_of_data_restrictions, and the message to where it goes: "250 2.0.0 QUEUED ID".
Task<Reply> finish_message(Session& session, std::string queued);

}  // namespace postern::smtpd
