// Milters for mail that no SMTP client brought (non_smtpd_milters): they are told of a session that
// there was not, from "localhost", or as the message's attributes have it.
#pragma once

#include "cleanup/draft.h"
#include "lib/milter/milters.h"
#include "lib/service/daemon.h"

#include <string>
#include <vector>

namespace postern::cleanup {

class OwnMilters {
public:
    /// A mistake in main.cf ends the process, with a line that names it.
    explicit OwnMilters(service::Daemon& daemon);

    bool empty() const noexcept { return milters_.empty(); }

    /// What they say and change. `refused_at`: the event that was refused, "END-OF-MESSAGE" for
    /// the content; `refused_recipient`: whose RCPT it was.
    struct Outcome {
        milter::Milters::Outcome message;
        std::string_view refused_at = "END-OF-MESSAGE";
        std::string refused_recipient;
    };
    Task<Outcome> filter(Draft draft, std::vector<std::string> recipients, std::string queue_id,
                         milter::StoredContent content) const;

private:
    struct Facts;
    std::optional<std::string> macro(const Facts& facts, std::string_view name) const;
    static milter::ClientDetails client_of(const Draft& draft);

    const config::Config& config_;
    milter::Surroundings surroundings_;
    std::vector<milter::MilterSettings> milters_;
    std::string macro_v_, macro_daemon_name_, myhostname_;
};

}  // namespace postern::cleanup
