// Evaluates restriction lists for one request of a session (SMTPD_ACCESS_README).
#pragma once

#include "smtpd/rules/rule.h"
#include "smtpd/session.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::smtpd {

/// What a list is about; replies name it: "<NAME>: CLASS rejected: ...".
enum class Subject { client, helo, sender, recipient, data, end_of_data, etrn };

class Evaluation {
public:
    /// `stage` is the command, "RCPT"; `about` its recipient (internal form) or, of ETRN, its site;
    /// null where there is none.
    Evaluation(Session& session, std::string_view stage, const std::string* about = nullptr)
        : session_(session),
          stage_(stage),
          recipient_(stage == "ETRN" ? nullptr : about),
          etrn_site_(stage == "ETRN" ? about : nullptr) {}

    /// Whether the list refuses; the refusal has been logged.
    Task<std::optional<Reply>> refuses(const RuleList& rules, Subject subject);
    /// A check that stands after the lists: its refusal, logged.
    Task<std::optional<Reply>> settle(Verdict verdict);
    /// After the last list: what a defer_if_permit of any of them comes to.
    Task<std::optional<Reply>> at_permit();
    /// Where lists are evaluated at their own time: a defer_if_permit of an earlier one holds, and
    /// is handed on to the later ones (null: none).
    void hold_to(const std::optional<Reply>& earlier);
    std::optional<Reply> hand_on() const;

    /// For checks outside of lists.
    void look_at(Subject subject) noexcept { subject_ = subject; }

    // For the restrictions.
    Session& session() const noexcept { return session_; }
    const House& house() const noexcept { return session_.house; }
    const Settings& settings() const noexcept { return session_.settings(); }
    std::string_view stage() const noexcept { return stage_; }
    const std::string* recipient() const noexcept { return recipient_; }
    const std::string* etrn_site() const noexcept { return etrn_site_; }
    /// A table has had the message discarded: from then on nothing of it is refused, so that the
    /// client does not learn of it.
    bool is_discarded() const noexcept { return session_.mail && session_.mail->actions.discards; }
    /// Null before MAIL.
    const std::string* sender() const noexcept {
        return session_.mail ? &session_.mail->sender : nullptr;
    }
    Subject subject() const noexcept { return subject_; }
    std::string_view list_name() const noexcept;
    /// What the list is about, as it stands between < and >; and "Recipient address".
    std::string subject_name() const;
    std::string_view subject_class() const;

    Task<Verdict> run(const RuleList& rules);
    /// A list within a list: a class.
    Task<Verdict> run_nested(const RuleList& rules);
    /// The list of an access table: its replies name what was looked up.
    Task<Verdict> run_nested(const RuleList& rules, std::string name, std::string_view its_class);
    /// "CODE STATUS <NAME>: CLASS rejected: TEXT", about the list's subject or another.
    Verdict rejected(int code, std::string_view status, std::string_view text) const;
    static Verdict rejected(int code, std::string_view status, std::string_view name,
                            std::string_view its_class, std::string_view text);
    /// Remembered: the request is deferred if nothing refuses it / if something does.
    Verdict defer_if_permit(Verdict refusal);
    Verdict defer_if_reject(Verdict refusal);
    /// What a *_tempfail_action says: defer, defer_if_permit ...
    Verdict temporarily(std::string_view action, Verdict refusal);
    /// A table or service cannot tell; logged.
    Verdict cannot_tell(std::string_view what, const Error& error);
    Verdict bad_configuration(std::string_view problem);
    /// An access table cannot tell; logged.
    Verdict table_failed(const Error& error, std::string_view name, std::string_view its_class);
    /// A table said OK where that would be unsafe: what it is asked comes from the client.
    Verdict unsafe_permit(const Rule& rule, std::string_view name);
    /// "permit: RCPT from ...: action=OK for Client host=... from TABLE", where
    /// smtpd_log_access_permit_actions wants it.
    Task<void> report_permit(std::string action, std::string_view its_class, std::string name,
                             std::string table = {});
    void report(std::string_view action, std::string_view text);

private:
    struct About {
        std::string name;
        std::string_view its_class;
    };

    Task<Verdict> check(const Rule& rule);
    Task<void> report_permit(const Rule& rule);
    Task<Verdict> named_and_refused(Verdict verdict);
    void warn_of_ignored(const RuleList& rules, std::size_t at) const;
    Verdict refused(Verdict verdict);

    Session& session_;
    const std::string_view stage_;
    const std::string* const recipient_;
    const std::string* const etrn_site_;
    Subject subject_ = Subject::client;
    bool warns_ = false;  // warn_if_reject
    int depth_ = 0;
    std::optional<About> about_;  // within the list of an access table
    std::optional<Verdict> defer_if_permit_, defer_if_reject_;
};

}  // namespace postern::smtpd
