// One milter; see the header.
#include "lib/milter/milter.h"

#include "lib/base/strings.h"
#include "lib/mail/header_field.h"

#include <fmt/format.h>

namespace postern::milter {

using Kind = Verdict::Kind;

Deadline Milter::deadline(const Event& event) const {
    return surroundings_->loop.in(settings_.*event.wait);
}

Verdict Milter::fail(std::string_view why) { return give_up(fmt::format("milter {}: {}", settings_.name, why)); }

Verdict Milter::give_up(std::string_view why) {
    surroundings_->log.warning("{}", why);
    connection_.reset();
    standing_ = verdict_of(settings_.default_action);
    return *standing_;
}

/// The next answer that is one: each sign of progress gives the milter its whole time again.
Task<Result<Packet>> Milter::read_answer(const Event& event) {
    for (;;) {
        auto packet = co_await connection_->read(deadline(event));
        if (!packet && packet.error().is_permanent()) co_return packet.error();
        if (!packet)
            co_return packet.error().in(fmt::format("can't read {} reply packet header", name_of(event.command)));
        if (static_cast<Answer>(packet->kind) != Answer::progress) co_return packet;
    }
}

// Events

namespace {

std::string unexpected(const Event& event, Answer answer) {
    return fmt::format("unexpected filter response {} after event {}", name_of(answer), name_of(event.command));
}

}  // namespace

/// None is an answer, too: it takes back what the milter heard at this stage before.
void Milter::send_macros(const Event& event, const MacroSource& macros) {
    DataWriter data;
    data.byte(static_cast<char>(event.command));
    for (const std::string& name : agreement().macros[static_cast<std::size_t>(event.stage)])
        if (const auto value = macros(macro_name(name))) data.text(name).text(*value);
    connection_->send(Command::macros, data.take());
}

Task<Verdict> Milter::tell(Command command, std::string data, const MacroSource& macros) {
    if (standing_) co_return *standing_;
    if (has_accepted_session_ || has_accepted_mail_) co_return Verdict();
    if (!connection_) {
        auto opened = co_await Connection::open(*surroundings_, settings_);
        if (!opened) co_return give_up(opened.error().text);
        connection_ = std::move(*opened);
    }
    if (command == Command::mail) is_in_mail_ = true;
    const Event& event = event_of(command);
    co_return remember(event, co_await ask(event, std::move(data), macros));
}

Task<Verdict> Milter::ask(const Event& event, std::string data, const MacroSource& macros) {
    if (agreement().version < event.least_version || skips(event.command)) co_return Verdict();
    // Who does not want to hear of a command may ask for its macros later.
    const bool is_wanted = !agreement().has(event.unwanted);
    if (is_wanted || !event.is_of_content()) send_macros(event, macros);
    if (!is_wanted) co_return Verdict();
    connection_->send(event.command, data);
    if (agreement().has(event.silent)) co_return Verdict();
    auto packet = co_await read_answer(event);
    if (!packet) co_return fail(packet.error().text);
    if (auto verdict = answered(event, *packet)) co_return *verdict;
    co_return fail(unexpected(event, static_cast<Answer>(packet->kind)));
}

/// Nothing: that is no answer to this event.
std::optional<Verdict> Milter::answered(const Event& event, const Packet& packet) {
    switch (static_cast<Answer>(packet.kind)) {
    case Answer::go_on: return Verdict();
    case Answer::accept:
        if (event.is_of_session()) has_accepted_session_ = true;
        else has_accepted_mail_ = is_in_mail_ || event.is_of_content();
        return Verdict();
    case Answer::reject: return rejected();
    case Answer::tempfail: return try_again();
    case Answer::shut_down: return closing();
    case Answer::reply: return replied(event, packet.data);
    case Answer::discard:
        if (!event.is_of_session()) return Verdict{Kind::discard};
        surroundings_->log.warning("milter {}: DISCARD action is not allowed for connect or helo", settings_.name);
        return Verdict();
    case Answer::skip:
        if (is_in_mail_) skipped_ += static_cast<char>(event.command);
        return Verdict();
    default: return std::nullopt;
    }
}

/// Who says what is no reply is not listened to again.
Verdict Milter::replied(const Event& event, const std::string& data) {
    const auto text = DataReader(data).text();
    if (auto verdict = text ? refused_with(*text) : std::nullopt) return std::move(*verdict);
    std::ignore = fail(fmt::format("malformed reply: {}", printable(text.value_or(data), 100)));
    if (!event.is_of_content()) standing_ = misconfigured();
    return misconfigured();
}

/// What was said to CONNECT, HELO and of the end of the session holds on.
Verdict Milter::remember(const Event& event, Verdict verdict) {
    const bool holds_on = verdict.kind == Kind::refuse && event.is_of_session();
    if (holds_on || verdict.ends_session()) standing_ = verdict;
    return verdict;
}

// The message

/// Nothing more of this message is for the milter: it has decided, or has failed and is passed by
/// (milter_default_action = accept).
bool Milter::is_final(const Verdict& verdict) const {
    return verdict.kind != Kind::go_on || has_accepted_mail_ || !connection_;
}

Task<Verdict> Milter::filter(Draft& draft, const MacroSource& macros) {
    if (standing_) co_return *standing_;
    if (has_accepted_session_ || has_accepted_mail_) co_return Verdict();
    if (!connection_) co_return Verdict();   // it was told of no mail
    Verdict verdict = co_await send_header(draft, macros);
    if (!is_final(verdict)) verdict = co_await send_body(draft, macros);
    if (is_final(verdict)) co_return remember(event_of(Command::header), verdict);
    const Event& event = event_of(Command::end_of_message);
    send_macros(event, macros);
    connection_->send(Command::end_of_message, {});
    is_in_mail_ = false;
    co_return remember(event, co_await hear_changes(draft));
}

Task<Verdict> Milter::send_header(const Draft& draft, const MacroSource& macros) {
    const Event& event = event_of(Command::header);
    for (std::size_t i = 0; i < draft.header().size(); ++i) {
        const auto field = mail::parse_field(draft.header()[i].text);
        if (!field || draft.hides(i)) continue;
        // All that is behind the colon; the space that everybody writes only where it is wanted.
        std::string_view value = draft.header()[i].text;
        value.remove_prefix(value.find(':') + 1);
        if (!agreement().has(wants_leading_space) && value.starts_with(' ')) value.remove_prefix(1);
        DataWriter data;
        data.text(field->name).text(value);
        Verdict verdict = co_await ask(event, data.take(), macros);
        if (is_final(verdict)) co_return verdict;
    }
    co_return co_await ask(event_of(Command::end_of_header), {}, macros);
}

Task<Verdict> Milter::send_body(const Draft& draft, const MacroSource& macros) {
    const Event& event = event_of(Command::body);
    if (agreement().has(event.unwanted)) co_return Verdict();
    Draft::BodyReader body(draft);
    while (!skips(Command::body)) {
        auto piece = body.next();
        if (!piece) co_return fail(piece.error().text);
        if (piece->empty()) break;
        Verdict verdict = co_await ask(event, std::move(*piece), macros);
        if (is_final(verdict)) co_return verdict;
        // Without answers nothing else would stop us from filling our own memory.
        if (auto sent = co_await connection_->flush(deadline(event)); !sent)
            co_return fail(sent.error().in("can't send SMFIC_BODY").text);
    }
    co_return Verdict();
}

/// All changes, or none: they count when the milter has given its final answer.
Task<Verdict> Milter::hear_changes(Draft& draft) {
    const Event& event = event_of(Command::end_of_message);
    Draft changed = draft;
    changed.begin_turn();
    for (;;) {
        auto packet = co_await read_answer(event);
        if (!packet) co_return fail(packet.error().text);
        if (auto verdict = answered(event, *packet)) {
            if (verdict->kind == Kind::go_on) draft = std::move(changed);
            co_return *verdict;
        }
        const auto answer = static_cast<Answer>(packet->kind);
        if (!is_change(answer)) co_return fail(unexpected(event, answer));
        auto taken = changed.take(answer, packet->data, agreement().has(wants_leading_space));
        if (!taken) co_return fail(taken.error().text);
    }
}

// The end

void Milter::end_mail() {
    if (connection_ && is_in_mail_ && !standing_) connection_->send(Command::abort, {});
    is_in_mail_ = has_accepted_mail_ = false;
    skipped_.clear();
}

void Milter::quit() {
    if (connection_) connection_->quit();
    connection_.reset();
}

}  // namespace postern::milter
