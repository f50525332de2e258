// One milter, over one SMTP session: a connection that opens with the session and lives as long.
#pragma once

#include "lib/base/log.h"
#include "lib/event/pool.h"
#include "lib/milter/draft.h"
#include "lib/milter/macros.h"
#include "lib/milter/protocol.h"
#include "lib/milter/settings.h"
#include "lib/milter/verdict.h"

#include <memory>
#include <optional>
#include <string>

namespace postern::milter {

/// What all milters of a process share; outlives them.
struct Surroundings {
    event::Loop& loop;
    event::Pool& names;   ///< for the names of hosts
    MacroLists macros;
    Log log;
};

/// A milter that fails (cannot be reached, is silent for too long, says what cannot be understood)
/// is logged, and from then on its default action is its answer to everything. What it has
/// changed of a message at that moment is forgotten.
class Milter {
public:
    Milter(const Surroundings& surroundings, MilterSettings settings);
    Milter(Milter&&) noexcept;
    ~Milter();

    /// An event without data of the message. Connects first, where that has not been done.
    Task<Verdict> tell(Command command, std::string data, const MacroSource& macros);
    /// The message: header, body, end. What the milter changed is in the draft.
    Task<Verdict> filter(Draft& draft, const MacroSource& macros);
    /// The mail is over, accepted or not; a milter that was told of it hears ABORT unless its
    /// message was filtered to the end.
    void end_mail();
    /// The session is over: says QUIT, as far as that goes without waiting.
    void quit();

    bool wants_rejected_recipients() const noexcept { return (steps_ & wants_rejected_recipients_bit) != 0; }

private:
    static constexpr std::uint32_t wants_rejected_recipients_bit = Step::wants_rejected_recipients;
    using Stream = event::Stream;
    struct Event;

    static const Event& event_of(Command command);
    Task<Result<void>> open();
    Task<Result<void>> negotiate();
    Result<void> agree(const Packet& packet);
    Result<void> take_macro_lists(DataReader& reader);
    void send_macros(const Event& event, const MacroSource& macros);
    void send(Command command, std::string_view data);
    Task<Result<Packet>> read(Deadline deadline);
    Task<Result<Packet>> read_answer(const Event& event);
    Task<Verdict> ask(const Event& event, std::string data, const MacroSource& macros);
    std::optional<Verdict> verdict_of(const Event& event, const Packet& packet);
    Verdict verdict_of_reply(const std::string& data);
    Verdict fail(std::string_view why);
    Verdict default_verdict() const;
    Verdict remember(const Event& event, Verdict verdict);
    Task<Verdict> send_header(const Draft& draft, const MacroSource& macros);
    Task<Verdict> send_body(const Draft& draft, const MacroSource& macros);
    Task<Verdict> hear_changes(Draft& draft, const MacroSource& macros);
    Deadline deadline(const Event& event) const;

    const Surroundings* surroundings_;
    MilterSettings settings_;
    std::unique_ptr<table::ServerConnections::Connection> connection_;
    MacroLists macros_;
    std::uint32_t steps_ = 0;
    std::optional<Verdict> standing_;    // for the rest of the session
    bool has_accepted_session_ = false;
    bool has_accepted_mail_ = false, is_in_mail_ = false, skips_body_ = false;
};

}  // namespace postern::milter
