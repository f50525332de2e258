// Dovecot; see the header.
#include "lib/sasl/dovecot.h"

#include "lib/base/base64.h"
#include "lib/base/strings.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>

namespace postern::sasl {

namespace {

/// AUTH responses are bounded by smtpd_sasl_response_limit; what Dovecot answers is shorter.
constexpr std::size_t line_limit = 65536;

/// What the client reads; where the server is, only the log tells.
Step unavailable_step(std::string_view why) {
    return {Step::Kind::unavailable, std::string(why)};
}

}  // namespace

class Dovecot::Attempt final : public Exchange {
public:
    Attempt(Dovecot& dovecot, Peer peer, SecurityOptions demanded)
        : dovecot_(dovecot), peer_(std::move(peer)), demanded_(demanded), waiting_(dovecot.loop_) {}
    ~Attempt() override {
        if (!dovecot_.waiting_.erase(id_)) return;
        dovecot_.say(fmt::format("CANCEL\t{}\n", id_));
    }

    Task<Step> start(std::string mechanism, std::optional<Secret> initial) override {
        const Deadline until = dovecot_.deadline();
        if (auto there = co_await dovecot_.connected(until); !there)
            co_return unavailable_step("no authentication service");
        mechanism = upper(mechanism);
        if (!dovecot_.allows(mechanism, demanded_))
            co_return Step{Step::Kind::failure, "Invalid authentication mechanism"};
        id_ = dovecot_.next_id_++;
        dovecot_.waiting_.emplace(id_, &waiting_);
        const Secret line(
            dovecot_request(id_, mechanism, dovecot_.settings_.service, peer_, initial));
        dovecot_.say(line.text());
        co_return co_await answer(until);
    }

    Task<Step> step(Secret response) override {
        if (waiting_.is_lost) co_return lost();
        Secret line(fmt::format("CONT\t{}\t", id_));
        const Secret coded(base64_encoded(response.text()));
        line.text().reserve(line.text().size() + coded.text().size() + 1);
        line.text().append(coded.text()).append("\n");
        dovecot_.say(line.text());
        co_return co_await answer(dovecot_.deadline());
    }

    const std::string& username() const override { return username_; }

private:
    Task<Step> answer(Deadline until) {
        while (!waiting_.answer && !waiting_.is_lost)
            if (!co_await waiting_.changed.wait(until))
                co_return unavailable_step("Timeout of the authentication server");
        if (!waiting_.answer) co_return lost();
        DovecotAnswer answer = *std::exchange(waiting_.answer, {});
        username_ = std::move(answer.username);
        if (answer.step.kind != Step::Kind::challenge) dovecot_.waiting_.erase(id_);
        co_return answer.step;
    }
    static Step lost() { return unavailable_step("Connection lost to authentication server"); }

    Dovecot& dovecot_;
    const Peer peer_;
    const SecurityOptions demanded_;
    Waiting waiting_;
    std::uint32_t id_ = 0;
    std::string username_;
};

Dovecot::Dovecot(event::Loop& loop, event::Pool& names, Settings settings, table::Endpoint server,
                 Log log)
    : loop_(loop),
      settings_(std::move(settings)),
      log_(log),
      server_(loop, &names, std::move(server), {.request = settings_.wait}),
      changed_(loop),
      tasks_(loop) {}

Result<std::unique_ptr<Dovecot>> Dovecot::open(event::Loop& loop, event::Pool& names,
                                               Settings settings, Log log) {
    const bool has_type = settings.path.starts_with("inet:") || settings.path.starts_with("unix:");
    auto server = table::Endpoint::parse(has_type ? settings.path : "unix:" + settings.path);
    if (!server) return server.error();
    return std::unique_ptr<Dovecot>(
        new Dovecot(loop, names, std::move(settings), std::move(*server), log));
}

Task<Result<std::vector<std::string>>> Dovecot::mechanisms(Peer, SecurityOptions demanded) {
    if (auto there = co_await connected(deadline()); !there) co_return there.error();
    std::vector<std::string> names;
    for (const DovecotMechanism& mechanism : mechanisms_)
        if (demanded.allow(mechanism.properties)) names.push_back(mechanism.name);
    co_return names;
}

std::unique_ptr<Exchange> Dovecot::begin(Peer peer, SecurityOptions demanded) {
    return std::make_unique<Attempt>(*this, std::move(peer), demanded);
}

bool Dovecot::allows(std::string_view name, const SecurityOptions& demanded) const {
    return std::any_of(mechanisms_.begin(), mechanisms_.end(), [&](const DovecotMechanism& known) {
        return known.name == name && demanded.allow(known.properties);
    });
}

Error Dovecot::unavailable(std::string_view why) const {
    return temporary(fmt::format("SASL: {}: {}", settings_.path, why));
}

/// Waits until Dovecot has said what it can do.
Task<Result<void>> Dovecot::connected(Deadline deadline) {
    if (!is_talking_) tasks_.spawn(converse());
    while (is_talking_ && !is_greeted_)
        if (!co_await changed_.wait(deadline)) co_return unavailable("timeout");
    if (!is_greeted_) co_return unavailable(last_failure_);
    co_return success();
}

/// One connection, from its beginning to its end.
Task<void> Dovecot::converse() {
    is_talking_ = true;
    auto connection = co_await server_.connect();
    if (connection) {
        connection_ = std::move(*connection);
        say(fmt::format("VERSION\t1\t1\nCPID\t{}\n", ::getpid()));
        auto ended = co_await read_lines();
        last_failure_ = ended.error().text;
        if (ended.error().is_permanent()) log_.warning("{}", unavailable(last_failure_).text);
    } else {
        last_failure_ = connection.error().text;
    }
    lose_all();
}

/// Ends with an error: permanent, malformed; or the connection is gone.
Task<Result<void>> Dovecot::read_lines() {
    const Deadline greeting = deadline();
    for (;;) {
        auto line = co_await connection_->stream.read_line(
            line_limit, is_greeted_ ? Deadline::never() : greeting);
        if (!line && line.error().code != Errc::too_long) co_return line.error();
        if (!line) co_return permanent("line too long");
        if (!take(dovecot_words(*line)))
            co_return permanent(fmt::format("malformed line: {}", printable(*line, 100)));
    }
}

bool Dovecot::take(const std::vector<std::string>& words) {
    if (!is_greeted_) return greeted(words);
    if (words[0] != "CONT" && words[0] != "OK" && words[0] != "FAIL") return true;
    auto answer = DovecotAnswer::parse(words);
    if (answer) answered(std::move(*answer));
    return answer.has_value();
}

/// A line before DONE. Another major version speaks another language.
bool Dovecot::greeted(const std::vector<std::string>& words) {
    if (words[0] == "VERSION") return words.size() > 1 && words[1] == "1";
    if (words[0] == "MECH") {
        auto mechanism = DovecotMechanism::parse(words);
        if (mechanism) mechanisms_.push_back(std::move(*mechanism));
        return mechanism.has_value();
    }
    if (words[0] == "DONE") {
        is_greeted_ = true;
        changed_.notify_all();
    }
    return true;
}

void Dovecot::answered(DovecotAnswer answer) {
    const auto found = waiting_.find(answer.id);
    if (found == waiting_.end()) return;  // given up meanwhile
    found->second->answer = std::move(answer);
    found->second->changed.notify_all();
}

void Dovecot::lose_all() {
    connection_.reset();
    is_talking_ = is_greeted_ = false;
    mechanisms_.clear();
    for (auto& [id, waiting] : std::exchange(waiting_, {})) {
        waiting->is_lost = true;
        waiting->changed.notify_all();
    }
    changed_.notify_all();
}

void Dovecot::say(std::string_view line) {
    if (!connection_) return;
    connection_->stream.wipe_after_use(true);
    connection_->stream.write(line);
    connection_->stream.flush_soon();
}

}  // namespace postern::sasl
