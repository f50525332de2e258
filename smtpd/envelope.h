// The envelope of a message as it goes to cleanup.
#pragma once

#include "lib/service/cleanup.h"
#include "smtpd/session.h"

namespace postern::smtpd {

/// The request for the session's transaction: options, and Received: around the queue id.
service::Submit submit_request(const Session& session);

/// The records before the content, with the one that begins it.
std::string envelope_records(const Session& session);

/// The same for postdrop: what it takes of it, and with Received:, for which `queue_id` is known.
std::string posted_records(const Session& session, const std::string& queue_id);

/// The header fields that a filter before the queue gets in front of those of the client, each line
/// with its "\n". Received: has no queue id.
std::string proxied_fields(const Session& session);

/// The records after the content.
std::string closing_records();

}  // namespace postern::smtpd
