// Fuzzes what milters say over a whole session: one that fails has changed nothing, and no field
// that it makes is more than one.
#include "lib/mail/header_field.h"
#include "lib/milter/milter.h"
#include "lib/queue/record.h"
#include "tests/fuzz/input.h"

#include <string>
#include <vector>

namespace postern::fuzz {

namespace {

/// Listens once for all runs, and tells everyone who connects the same.
class Speaker {
public:
    Speaker() {
        char folder[] = "/tmp/fuzz-milter-XXXXXX";
        require(::mkdtemp(folder) != nullptr);
        folder_ = folder;
        path = folder_ + "/m";
        auto socket = event::listen_on(*event::SocketAddress::unix_path(path), 5);
        require(socket.has_value());
        listening = std::move(*socket);
    }
    ~Speaker() {
        ::unlink(path.c_str());
        ::rmdir(folder_.c_str());
    }

    std::string path;
    Fd listening;

private:
    std::string folder_;
};

std::string stored_message() {
    std::string records;
    for (const std::string_view line : {"Received: ours", "Subject: x", " y", "From: a@b", "", "body", "."})
        queue::append_line(records, line, 20);
    queue::append_record(records, queue::RecordType::extracted, {});
    return records;
}

bool is_untouched(const milter::Edits& edits, std::size_t fields) {
    return edits.header.size() == fields && edits.recipients.empty() && !edits.changes_header &&
           !edits.changes_body && !edits.changes_sender;
}

/// Each line after the first goes on with the field.
bool is_one_field(std::string_view text) {
    for (auto at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1))
        if (at + 1 == text.size() || (text[at + 1] != ' ' && text[at + 1] != '\t')) return false;
    return text.find('\0') == text.npos && mail::parse_field(text).has_value();
}

Task<void> talk(milter::Milter& milter, milter::Draft& draft) {
    const milter::MacroSource no_macros = [](std::string_view) { return std::nullopt; };
    using milter::Command;
    for (const Command command : {Command::connect, Command::helo, Command::mail, Command::rcpt, Command::data}) {
        const auto verdict = co_await milter.tell(command, std::string("x\0", 2), no_macros);
        require(verdict.goes_on() || verdict.kind == milter::Verdict::Kind::discard ||
                      verdict.reply.code / 100 == 4 || verdict.reply.code / 100 == 5);
    }
    const std::size_t fields = draft.header().size();
    const auto verdict = co_await milter.filter(draft, no_macros);
    if (verdict.kind != milter::Verdict::Kind::go_on)
        require(is_untouched(draft.edits(), fields));
    for (const auto& field : draft.header()) require(is_one_field(field.text));
    milter.end_mail();
    milter.quit();
}

}  // namespace

void hold_session(std::string_view replies) {
    static const Speaker speaker;
    event::Loop loop;
    event::Pool names(loop, 0);
    LogBook book("fuzz");
    std::vector<Fd> speaking;
    event::Listener listener(loop, Fd(::dup(speaker.listening.get())), [&](Fd client, event::SocketAddress) {
        std::ignore = ::write(client.get(), replies.data(), replies.size());
        ::shutdown(client.get(), SHUT_WR);
        speaking.push_back(std::move(client));
    });
    const Fd file = file_of(stored_message());
    milter::StoredContent stored;
    stored.file = file.get();
    stored.name = "f";
    stored.has_own_received = true;
    stored.size_limit = 1000;
    auto draft = milter::Draft::of(stored);
    require(draft.has_value());

    const milter::Surroundings surroundings{loop, names, {}, Log(book)};
    milter::MilterSettings settings;
    settings.name = "unix:" + speaker.path;
    settings.endpoint = *table::Endpoint::parse(settings.name);
    settings.default_action = milter::DefaultAction::accept;
    milter::Milter milter(surroundings, settings);
    loop.run(talk(milter, *draft));
}

}  // namespace postern::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 60000) postern::fuzz::hold_session(postern::fuzz::text_of(data, size));   // what a socket takes
    return 0;
}
