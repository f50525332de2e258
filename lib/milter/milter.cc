// One milter; see the header.
#include "lib/milter/milter.h"

#include "lib/base/strings.h"
#include "lib/mail/header_field.h"

#include <fmt/format.h>
#include <sys/socket.h>

namespace postern::milter {

using Kind = Verdict::Kind;
using mail::Reply;

namespace {

Verdict refuse(int code, std::string_view status, std::string_view text) {
    return {Kind::refuse, {code, mail::StatusCode::parse(status), std::string(text)}};
}

/// Sendmail's and Postfix's words.
Verdict rejected() { return refuse(550, "5.7.1", "Command rejected"); }
Verdict try_again() { return refuse(451, "4.7.1", "Service unavailable - try again later"); }
Verdict closing() { return refuse(421, "4.7.0", "Server closing connection"); }

/// "550-5.7.1 one\r\n550 5.7.1 two"; nothing when it is no refusal.
std::optional<Reply> parse_reply(std::string_view text) {
    mail::ReplyReader reader;
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto is_last = reader.add(line);
        if (!is_last) return std::nullopt;
        if (!*is_last && end != text.npos) {
            text.remove_prefix(end + 1);
            continue;
        }
        Reply reply = reader.take();
        if (!reply.is_temporary() && !reply.is_permanent()) return std::nullopt;
        return reply;
    }
    return std::nullopt;
}

}  // namespace

/// What there is to know of a command.
struct Milter::Event {
    Command command;
    std::optional<Stage> stage;       ///< whose macros are sent
    std::uint32_t unwanted, silent;   ///< steps that turn it off, or its answer
    int least_version;
    seconds MilterSettings::* wait;
};

const Milter::Event& Milter::event_of(Command command) {
    constexpr auto during_commands = &MilterSettings::command_timeout;
    constexpr auto during_content = &MilterSettings::content_timeout;
    static constexpr Event events[] = {
        {Command::connect, Stage::connect, no_connect, silent_connect, 2, &MilterSettings::connect_timeout},
        {Command::helo, Stage::helo, no_helo, silent_helo, 2, during_commands},
        {Command::mail, Stage::mail, no_mail, silent_mail, 2, during_commands},
        {Command::rcpt, Stage::rcpt, no_rcpt, silent_rcpt, 2, during_commands},
        {Command::data, Stage::data, no_data, silent_data, 4, during_commands},
        {Command::unknown, Stage::unknown, no_unknown, silent_unknown, 3, during_commands},
        {Command::header, std::nullopt, no_headers, silent_header, 2, during_content},
        {Command::end_of_header, Stage::end_of_header, no_end_of_header, silent_end_of_header, 2, during_content},
        {Command::body, std::nullopt, no_body, silent_body, 2, during_content},
        {Command::end_of_message, Stage::end_of_message, 0, 0, 2, during_content},
    };
    for (const Event& event : events)
        if (event.command == command) return event;
    return events[std::size(events) - 1];
}

Milter::Milter(const Surroundings& surroundings, MilterSettings settings)
    : surroundings_(&surroundings), settings_(std::move(settings)), macros_(surroundings.macros) {}

Milter::Milter(Milter&&) noexcept = default;
Milter::~Milter() = default;

Deadline Milter::deadline(const Event& event) const {
    return surroundings_->loop.in(settings_.*event.wait);
}

// Failures

Verdict Milter::default_verdict() const {
    switch (settings_.default_action) {
    case DefaultAction::accept: return {};
    case DefaultAction::reject: return refuse(550, "5.5.0", "Service unavailable");
    case DefaultAction::tempfail: return try_again();
    case DefaultAction::quarantine: return {Kind::hold};
    case DefaultAction::shutdown: break;
    }
    return closing();
}

Verdict Milter::fail(std::string_view why) {
    surroundings_->log.warning("milter {}: {}", settings_.name, why);
    connection_.reset();
    standing_ = default_verdict();
    return *standing_;
}

// Packets

void Milter::send(Command command, std::string_view data) {
    connection_->stream.write(coded(command, data));
    connection_->stream.flush_soon();
}

Task<Result<Packet>> Milter::read(Deadline deadline) {
    auto size = co_await event::read_exactly(connection_->stream, 4, deadline);
    if (!size) co_return size.error();
    const auto bytes = *DataReader(*size).number();
    if (bytes == 0 || bytes > packet_limit) co_return permanent(fmt::format("packet of {} bytes", bytes));
    auto data = co_await event::read_exactly(connection_->stream, bytes, deadline);
    if (!data) co_return data.error();
    Packet packet{data->front(), {}};
    packet.data = data->substr(1);
    co_return packet;
}

/// The next answer that is one: each sign of progress gives the milter its whole time again.
Task<Result<Packet>> Milter::read_answer(const Event& event) {
    for (;;) {
        auto packet = co_await read(deadline(event));
        if (!packet) co_return packet.error().in(fmt::format("can't read {} reply", name_of(event.command)));
        if (static_cast<Answer>(packet->kind) != Answer::progress) co_return packet;
    }
}

// The beginning

Task<Result<void>> Milter::open() {
    // A milter may wait for its client as long as a session lasts.
    table::ServerConnections server(surroundings_->loop, &surroundings_->names, settings_.endpoint,
                                    {.request = settings_.connect_timeout});
    auto connection = co_await server.connect();
    if (!connection) co_return connection.error();
    connection_ = std::move(*connection);
    co_return co_await negotiate();
}

Task<Result<void>> Milter::negotiate() {
    DataWriter offer;
    offer.number(static_cast<std::uint32_t>(settings_.protocol))
        .number(actions_of(settings_.protocol))
        .number(steps_of(settings_.protocol));
    send(Command::negotiate, offer.take());
    auto packet = co_await read(surroundings_->loop.in(settings_.connect_timeout));
    if (!packet) co_return packet.error().in("can't read SMFIC_OPTNEG reply");
    co_return agree(*packet);
}

Result<void> Milter::agree(const Packet& packet) {
    if (packet.kind != static_cast<char>(Command::negotiate))
        return permanent(fmt::format("unexpected reply \"{}\" in initial handshake", printable({&packet.kind, 1})));
    DataReader reader(packet.data);
    const auto version = reader.number(), actions = reader.number(), steps = reader.number();
    if (!version || !actions || !steps) return permanent("malformed reply in initial handshake");
    if (*version < 2 || *version > static_cast<std::uint32_t>(settings_.protocol))
        return permanent(fmt::format("protocol version {} conflict (need {})", *version, settings_.protocol));
    if (*actions & ~actions_of(settings_.protocol))
        return permanent(fmt::format("request mask {:#x} conflict (need {:#x})", *actions, actions_of(settings_.protocol)));
    if (*steps & ~steps_of(settings_.protocol))
        return permanent(fmt::format("unknown protocol steps {:#x}", *steps & ~steps_of(settings_.protocol)));
    settings_.protocol = static_cast<int>(*version);
    steps_ = *steps;
    return take_macro_lists(reader);
}

/// A milter of version 6 may say for each stage which macros it wants, instead of our lists.
Result<void> Milter::take_macro_lists(DataReader& reader) {
    while (!reader.is_at_end()) {
        const auto stage = reader.number();
        const auto names = reader.text();
        if (!stage || !names || *stage >= stage_count - 1) return permanent("malformed list of macros");
        auto& list = macros_[*stage];
        list.clear();
        for (const std::string_view name : split(*names)) list.emplace_back(name);
    }
    return success();
}

// Events

void Milter::send_macros(const Event& event, const MacroSource& macros) {
    if (!event.stage) return;
    DataWriter data;
    data.byte(static_cast<char>(event.command));
    bool has_any = false;
    for (const std::string& name : macros_[static_cast<std::size_t>(*event.stage)]) {
        const auto value = macros(name);
        if (!value) continue;
        data.text(name).text(*value);
        has_any = true;
    }
    if (has_any) send(Command::macros, data.take());
}

Task<Verdict> Milter::tell(Command command, std::string data, const MacroSource& macros) {
    if (standing_) co_return *standing_;
    if (has_accepted_session_ || has_accepted_mail_) co_return Verdict();
    if (!connection_)
        if (auto opened = co_await open(); !opened) co_return fail(opened.error().text);
    if (command == Command::mail) is_in_mail_ = true;
    const Event& event = event_of(command);
    co_return remember(event, co_await ask(event, std::move(data), macros));
}

Task<Verdict> Milter::ask(const Event& event, std::string data, const MacroSource& macros) {
    if (settings_.protocol < event.least_version || (steps_ & event.unwanted)) co_return Verdict();
    send_macros(event, macros);
    send(event.command, data);
    if (steps_ & event.silent) co_return Verdict();
    auto packet = co_await read_answer(event);
    if (!packet) co_return fail(packet.error().text);
    if (auto verdict = verdict_of(event, *packet)) co_return *verdict;
    co_return fail(fmt::format("unexpected filter response ({}) after event {}",
                               printable({&packet->kind, 1}), name_of(event.command)));
}

/// Nothing: that is no answer to this event.
std::optional<Verdict> Milter::verdict_of(const Event& event, const Packet& packet) {
    const bool is_of_session = event.command == Command::connect || event.command == Command::helo;
    switch (static_cast<Answer>(packet.kind)) {
    case Answer::go_on: return Verdict();
    case Answer::accept:
        (is_of_session ? has_accepted_session_ : has_accepted_mail_) = true;
        return Verdict();
    case Answer::reject: return rejected();
    case Answer::tempfail: return try_again();
    case Answer::shut_down:
    case Answer::connection_failed: return closing();
    case Answer::reply: return verdict_of_reply(packet.data);
    case Answer::discard:
        if (!is_of_session) return Verdict{Kind::discard};
        surroundings_->log.warning("milter {}: DISCARD action is not allowed for connect or helo", settings_.name);
        return Verdict();
    case Answer::skip:
        if (event.command != Command::body || !(steps_ & may_skip)) return std::nullopt;
        skips_body_ = true;
        return Verdict();
    default: return std::nullopt;
    }
}

Verdict Milter::verdict_of_reply(const std::string& data) {
    const auto text = DataReader(data).text();
    if (auto reply = text ? parse_reply(*text) : std::nullopt) return {Kind::refuse, std::move(*reply)};
    surroundings_->log.warning("milter {}: malformed reply: {}", settings_.name, printable(data, 100));
    return refuse(451, "4.3.5", "Server configuration problem - try again later");
}

/// What was said to CONNECT, HELO and of the end of the session holds on.
Verdict Milter::remember(const Event& event, Verdict verdict) {
    const bool is_of_session = event.command == Command::connect || event.command == Command::helo;
    const bool ends_session = verdict.kind == Kind::refuse && verdict.reply.code == 421;
    if (verdict.kind == Kind::refuse && (is_of_session || ends_session)) standing_ = verdict;
    return verdict;
}

// The message

Task<Verdict> Milter::filter(Draft& draft, const MacroSource& macros) {
    if (standing_) co_return *standing_;
    if (has_accepted_session_ || has_accepted_mail_) co_return Verdict();
    if (!connection_) co_return Verdict();   // it was told of no mail
    skips_body_ = false;
    Verdict verdict = co_await send_header(draft, macros);
    if (verdict.kind == Kind::go_on && !has_accepted_mail_) verdict = co_await send_body(draft, macros);
    if (verdict.kind != Kind::go_on || has_accepted_mail_) co_return remember(event_of(Command::header), verdict);
    const Event& event = event_of(Command::end_of_message);
    send_macros(event, macros);
    send(Command::end_of_message, {});
    is_in_mail_ = false;
    co_return remember(event, co_await hear_changes(draft, macros));
}

Task<Verdict> Milter::send_header(const Draft& draft, const MacroSource& macros) {
    const Event& event = event_of(Command::header);
    for (std::size_t i = 0; i < draft.header().size(); ++i) {
        const auto field = mail::parse_field(draft.header()[i].text);
        if (!field || draft.hides(i)) continue;
        // All that is behind the colon, where the milter wants it so.
        std::string_view value = field->value;
        if (steps_ & wants_leading_space) {
            const std::string_view text = draft.header()[i].text;
            value = text.substr(text.find(':') + 1);
        }
        DataWriter data;
        data.text(field->name).text(value);
        Verdict verdict = co_await ask(event, data.take(), macros);
        if (verdict.kind != Kind::go_on || has_accepted_mail_) co_return verdict;
    }
    co_return co_await ask(event_of(Command::end_of_header), {}, macros);
}

Task<Verdict> Milter::send_body(const Draft& draft, const MacroSource& macros) {
    const Event& event = event_of(Command::body);
    if (steps_ & event.unwanted) co_return Verdict();
    Draft::BodyReader body(draft);
    while (!skips_body_) {
        auto piece = body.next();
        if (!piece) co_return fail(piece.error().text);
        if (piece->empty()) break;
        Verdict verdict = co_await ask(event, std::move(*piece), macros);
        if (verdict.kind != Kind::go_on || has_accepted_mail_) co_return verdict;
        // Without answers nothing else would stop us from filling our own memory.
        if (auto sent = co_await connection_->stream.flush(deadline(event)); !sent)
            co_return fail(sent.error().in("can't send SMFIC_BODY").text);
    }
    co_return Verdict();
}

/// All changes, or none: they count when the milter has given its final answer.
Task<Verdict> Milter::hear_changes(Draft& draft, const MacroSource&) {
    const Event& event = event_of(Command::end_of_message);
    Draft changed = draft;
    changed.begin_turn();
    for (;;) {
        auto packet = co_await read_answer(event);
        if (!packet) co_return fail(packet.error().text);
        if (auto verdict = verdict_of(event, *packet)) {
            if (verdict->kind == Kind::go_on) draft = std::move(changed);
            co_return *verdict;
        }
        auto taken = changed.take(static_cast<Answer>(packet->kind), packet->data,
                                  (steps_ & wants_leading_space) != 0);
        if (!taken) co_return fail(taken.error().text);
    }
}

// The end

void Milter::end_mail() {
    if (connection_ && is_in_mail_ && !standing_) send(Command::abort, {});
    is_in_mail_ = has_accepted_mail_ = false;
}

void Milter::quit() {
    if (!connection_) return;
    // Whether it is heard makes no difference: what follows is the end of the connection.
    const std::string packet = coded(Command::quit, {});
    std::ignore = ::send(connection_->stream.fd(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    connection_.reset();
}

}  // namespace postern::milter
