// What was said in a session, for the postmaster (notify_classes): kept only where a notice may
// follow, and without what may be a password.
#pragma once

#include "smtpd/settings.h"
#include "smtpd/reply.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace postern::smtpd {

/// The class of notices to which a refusal belongs, "protocol", "policy", "resource", "software" or
/// "data" (postconf(5), notify_classes); "" for what is no refusal.
std::string_view notice_class(const Reply& reply) noexcept;

class Transcript {
public:
    explicit Transcript(const Settings& settings) : settings_(settings) {}

    void heard(std::string_view line);
    void said(const Reply& reply);
    /// The session ends before its time.
    void abort(std::string_view reason) { aborted_ = reason; }

    /// Whether something happened that notify_classes has; bounce: a refused recipient or message.
    bool has_class(std::string_view name) const { return classes_.contains(name); }
    /// The text of the notice.
    std::string text() const;

private:
    bool is_kept() const noexcept { return !settings_.notify_classes.empty(); }
    void add(std::string line);

    const Settings& settings_;
    std::vector<std::string> lines_;   // smtpd_history_flush_threshold at most
    std::set<std::string, std::less<>> classes_;
    std::string aborted_;
};

}  // namespace postern::smtpd
