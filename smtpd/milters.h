// Milters of SMTP sessions (smtpd_milters, MILTER_README): what happens in a session is told to them
// as it happens, and what they say of it becomes a reply.
//
// Where the content goes through them: a milter must see the message as it will be in the queue, with
// the header fields that cleanup completes, and it must see it over the connection on which it saw
// the envelope. Three ways were weighed. (1) The session's connections are handed to cleanup, as
// descriptors with their negotiated state, and back: two programs then have to agree on the state
// of a conversation, in the middle of which either may die. (2) The content is shown to the milters
// as it streams by: they would see another message than the one that is delivered. (3), which is
// done: cleanup writes the message into its queue file, complete but for the end, and says so;
// smtpd reads the file, holds the conversation to its end, and sends all changes at once, as one
// struct, which cleanup applies before it makes the file durable. The conversation stays in one
// program, nothing is copied twice, and since changes exist only as a whole, no failure of a
// milter, of smtpd or of their connection can leave a message that is edited by half.
#pragma once

#include "lib/milter/milters.h"
#include "lib/service/tables.h"
#include "smtpd/session.h"

#include <memory>
#include <string>
#include <vector>

namespace postern::smtpd {

/// One in a process.
class MilterList {
public:
    /// A mistake in main.cf ends the process, with a line that names it.
    MilterList(service::Daemon& daemon, service::Tables& tables);

    /// The milters of this client: smtpd_milter_maps before smtpd_milters. None: null.
    Task<std::unique_ptr<milter::Milters>> of(Session& session) const;
    bool empty() const noexcept { return milters_.empty() && maps_.empty(); }

private:
    std::optional<std::string> macro(const Session& session, std::string_view name) const;

    const config::Config& config_;
    milter::Surroundings surroundings_;
    milter::MilterSettings defaults_;
    std::vector<milter::MilterSettings> milters_;
    table::Maps maps_;
    std::string macro_v_, macro_daemon_name_, myhostname_;
};

}  // namespace postern::smtpd
