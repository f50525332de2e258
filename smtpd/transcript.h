// What was said in a session, for the postmaster (notify_classes): kept only where a notice may
// follow, and without what may be a password.
#pragma once

#include "smtpd/reply.h"
#include "smtpd/settings.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace postern::smtpd {

/// The class of notices to which a refusal belongs, "protocol", "policy", "resource", "software" or
/// "data" (postconf(5), notify_classes); "" for what is no refusal.
std::string_view notice_class(const Reply& reply) noexcept;

class Transcript {
public:
    explicit Transcript(const Settings& settings) : settings_(settings) {}

    void heard(std::string_view line);
    /// `wire`: the reply as it is sent, so that it need not be put together twice.
    void said(const Reply& reply, std::string_view wire);
    /// EHLO, RSET, the end of the content: beyond smtpd_history_flush_threshold lines, what was
    /// said is forgotten.
    void begin_anew();
    /// The session ends before its time.
    void abort(std::string_view reason) { aborted_ = reason; }

    /// Whether something happened that notify_classes has; bounce: a refused recipient or message.
    bool has_class(std::string_view name) const { return classes_.contains(name); }
    /// The text of the notice.
    std::string text() const;

private:
    enum Speaker : char { client = '<', server = '>' };
    bool is_kept() const noexcept { return !settings_.notify_classes.empty(); }
    void add(Speaker speaker, std::string_view line);
    void forget();

    const Settings& settings_;
    // Every idle session carries it: one string, each line with its speaker before and "\n" behind.
    std::string lines_;
    std::size_t line_count_ = 0;
    std::set<std::string, std::less<>> classes_;
    std::string aborted_;
};

}  // namespace postern::smtpd
