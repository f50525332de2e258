// All milters of a session; see the header.
#include "lib/milter/milters.h"

namespace postern::milter {

using Kind = Verdict::Kind;

namespace {

std::string words_data(const std::vector<std::string>& words) {
    DataWriter data;
    for (const std::string& word : words) data.text(word);
    return data.take();
}

/// 'U' is a client of which nothing is known.
std::string client_data(const ClientDetails& client) {
    DataWriter data;
    data.text(client.name);
    if (client.family != AF_INET && client.family != AF_INET6) return data.byte('U').take();
    const bool is_ipv6 = client.family == AF_INET6;
    data.byte(is_ipv6 ? '6' : '4').port(client.port);
    return data.text(is_ipv6 ? "IPv6:" + client.address : client.address).take();
}

}  // namespace

Milters::Milters(const Surroundings& surroundings, const std::vector<MilterSettings>& settings,
                 MacroSource macros)
    : surroundings_(surroundings), macros_(std::move(macros)) {
    for (const MilterSettings& one : settings) milters_.emplace_back(surroundings, one);
}

Milters::~Milters() {
    for (Milter& milter : milters_) milter.quit();
}

Task<Verdict> Milters::tell(Command command, std::string data) {
    for (Milter& milter : milters_) {
        Verdict verdict = co_await milter.tell(command, data, macros_);
        if (verdict.kind == Kind::hold) must_hold_ = true;
        if (!verdict.goes_on()) co_return verdict;
    }
    co_return Verdict();
}

Task<Verdict> Milters::connect(ClientDetails client) {
    return tell(Command::connect, client_data(client));
}
Task<Verdict> Milters::helo(std::string name) { return tell(Command::helo, words_data({name})); }
Task<Verdict> Milters::mail(std::vector<std::string> words) {
    return tell(Command::mail, words_data(words));
}
Task<Verdict> Milters::rcpt(std::vector<std::string> words) {
    return tell(Command::rcpt, words_data(words));
}
Task<Verdict> Milters::data() { return tell(Command::data, {}); }
Task<Verdict> Milters::unknown(std::string command) {
    return tell(Command::unknown, words_data({command}));
}

Task<void> Milters::rejected_rcpt(std::vector<std::string> words) {
    for (Milter& milter : milters_)
        if (milter.wants_rejected_recipients())
            std::ignore = co_await milter.tell(Command::rcpt, words_data(words), macros_);
}

Task<Milters::Outcome> Milters::message(StoredContent stored) {
    auto draft = Draft::of(stored);
    if (!draft) {
        surroundings_.log.warning("{}", draft.error().text);
        Edits edits;
        edits.fate = Edits::Fate::refuse;
        edits.reply = "451 4.3.0 Error: queue file read error";
        co_return Outcome{std::move(edits), {}};
    }
    for (Milter& milter : milters_) {
        const Verdict verdict = co_await milter.filter(*draft, macros_);
        if (verdict.kind == Kind::hold) must_hold_ = true;
        if (verdict.kind == Kind::refuse) draft->refuse(text_of(verdict.reply));
        if (verdict.kind == Kind::discard) draft->discard();
        if (!verdict.goes_on()) break;
    }
    if (must_hold_ && !draft->edits().holds) draft->hold("default_action");
    Outcome outcome{draft->edits(), draft->body()};
    if (!outcome.edits.changes_header && !outcome.edits.changes_body) outcome.edits.header.clear();
    co_return outcome;
}

void Milters::end_mail() {
    for (Milter& milter : milters_) milter.end_mail();
}

}  // namespace postern::milter
