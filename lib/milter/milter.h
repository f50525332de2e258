// One milter, over one SMTP session: a connection that opens with the session and lives as long.
#pragma once

#include "lib/milter/connection.h"
#include "lib/milter/draft.h"
#include "lib/milter/event.h"
#include "lib/milter/verdict.h"

#include <optional>
#include <string>

namespace postern::milter {

/// A milter that fails (cannot be reached, is silent for too long, says what cannot be understood)
/// is logged, and from then on its default action is its answer to everything. What it has
/// changed of a message at that moment is forgotten.
class Milter {
public:
    Milter(const Surroundings& surroundings, MilterSettings settings)
        : surroundings_(&surroundings), settings_(std::move(settings)) {
        if (!settings_.is_usable) standing_ = misconfigured();
    }

    /// An event without data of the message. Connects first, where that has not been done.
    Task<Verdict> tell(Command command, std::string data, const MacroSource& macros);
    /// The message: header, body, end. What the milter changed is in the draft.
    Task<Verdict> filter(Draft& draft, const MacroSource& macros);
    /// The mail is over, accepted or not; a milter that was told of it hears ABORT unless its
    /// message was filtered to the end.
    void end_mail();
    /// The session is over: says QUIT, as far as that goes without waiting.
    void quit();

    bool wants_rejected_recipients() const noexcept {
        return connection_ && agreement().has(Step::wants_rejected_recipients);
    }

private:
    const Agreement& agreement() const { return connection_->agreement(); }
    Deadline deadline(const Event& event) const;
    void send_macros(const Event& event, const MacroSource& macros);
    Task<Result<Packet>> read_answer(const Event& event);
    Task<Verdict> ask(const Event& event, std::string data, const MacroSource& macros);
    std::optional<Verdict> answered(const Event& event, const Packet& packet);
    Verdict replied(const Event& event, const std::string& data);
    bool skips(Command command) const { return skipped_.find(static_cast<char>(command)) != skipped_.npos; }
    Verdict fail(std::string_view why);
    Verdict give_up(std::string_view why);
    Verdict remember(const Event& event, Verdict verdict);
    bool is_final(const Verdict& verdict) const;
    Task<Verdict> send_header(const Draft& draft, const MacroSource& macros);
    Task<Verdict> send_body(const Draft& draft, const MacroSource& macros);
    Task<Verdict> hear_changes(Draft& draft);

    const Surroundings* surroundings_;
    MilterSettings settings_;
    std::optional<Connection> connection_;
    std::optional<Verdict> standing_;    // for the rest of the session
    std::string skipped_;                // commands of which it wants no more in this mail
    bool has_accepted_session_ = false;
    bool has_accepted_mail_ = false, is_in_mail_ = false;
};

}  // namespace postern::milter
