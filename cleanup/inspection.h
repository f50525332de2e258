// Content rules over one message (header_checks(5)): what becomes of each field and line, and of
// the message as a whole.
#pragma once

#include "cleanup/fate.h"
#include "cleanup/origin.h"
#include "lib/event/task.h"
#include "lib/mail/content_checks.h"
#include "lib/report/reporter.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::cleanup {

/// What rules want of the message as a whole; the last of each wins.
struct Requests {
    bool holds = false;
    std::string content_filter, redirect;
    std::vector<std::string> bcc;
};

class Inspection {
public:
    /// All outlive it. Where a rule rejects or discards, the message's fate is settled. `actor` comes
    /// before the action in the log ("milter-header-").
    Inspection(const mail::ContentChecks& checks, const Reporter& reporter, Origin origin,
               Fate& fate, std::string_view actor = {});

    bool inspects_fields() const noexcept { return is_on_ && !checks_.has_no_header_checks(); }
    bool inspects_lines() const noexcept { return is_on_ && !checks_.body.maps.empty(); }
    /// Inspects nothing from now on.
    void turn_off() noexcept { is_on_ = false; }

    /// What stands in the message instead of a field or line.
    struct Outcome {
        std::vector<std::string> before;  ///< further lines, as they are
        std::optional<std::string> text;  ///< nothing: deleted
    };
    Task<Outcome> field(mail::HeaderPlace place, std::string text);
    Task<Outcome> line(std::string text);

    const Requests& requests() const noexcept { return requests_; }
    const Origin& origin() const noexcept { return origin_; }

private:
    Task<Outcome> inspect(const mail::CheckTables& tables, mail::CheckedPart part,
                         std::string text);
    Outcome apply(const mail::CheckAction& action, mail::CheckedPart part, std::string text);
    void request(const mail::CheckAction& action);
    void report(const mail::CheckAction& action, mail::CheckedPart part, std::string_view content,
                std::string_view text);

    const mail::ContentChecks& checks_;
    const Reporter& reporter_;
    const Origin origin_;
    Fate& fate_;
    const std::string_view actor_;
    Requests requests_;
    bool is_on_ = true;
};

}  // namespace postern::cleanup
