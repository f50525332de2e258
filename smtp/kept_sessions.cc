// Keeping sessions; see the header.
#include "smtp/kept_sessions.h"

#include "lib/base/strings.h"
#include "lib/tls/farewell.h"

#include <algorithm>

namespace postern::smtp {

namespace {

/// RFC 5321 section 4.1.1.10. The reply tells nothing that matters, whatever it is.
Task<void> quit(std::unique_ptr<Session> session) {
    session->say("QUIT");
    auto broken = co_await session->sent(stage::quit);
    if (broken || session->settings().skip_quit_response) co_return;
    std::ignore = co_await session->hear(stage::quit);
    event::Stream& stream = session->stream();
    co_await tls::part(stream, stream.loop().in(session->settings().wait.starttls));
}

}  // namespace

/// One kept session and its time.
class KeptSessions::Kept final : public event::Timer {
public:
    Kept(KeptSessions& owner, std::string to, std::unique_ptr<Session> kept)
        : destination(std::move(to)), session(std::move(kept)), owner_(owner) {}
    void expired() override { owner_.expire(*this); }

    const std::string destination;
    std::unique_ptr<Session> session;

private:
    KeptSessions& owner_;
};

KeptSessions::KeptSessions(event::Loop& loop, const Settings& settings,
                           event::TaskGroup::OnBug on_bug)
    : loop_(loop), settings_(settings), farewells_(loop, std::move(on_bug)) {}

KeptSessions::~KeptSessions() = default;

KeptSessions::Delivery::Delivery(KeptSessions& kept, std::string destination)
    : kept_(kept), destination_(std::move(destination)) {
    ++kept_.destinations_[destination_].under_way;
}

KeptSessions::Delivery::~Delivery() {
    Traffic& traffic = kept_.destinations_[destination_];
    --traffic.under_way;
    traffic.last_end = kept_.loop_.now();
}

std::unique_ptr<Session> KeptSessions::take(const std::string& destination) {
    const auto found = destinations_.find(destination);
    if (found == destinations_.end()) return nullptr;
    auto& sessions = found->second.sessions;
    while (!sessions.empty()) {
        auto session = std::move(sessions.back()->session);
        sessions.pop_back();
        if (session->is_usable()) return session;
    }
    return nullptr;
}

bool KeptSessions::is_worth_keeping(const std::string& destination,
                                    const Session& session) const {
    const auto count_limit = settings_.connection_reuse_count_limit;
    if (is_retiring_ || !session.is_usable() ||
        loop_.now() - session.connected_at() >= settings_.connection_reuse_time_limit ||
        (count_limit > 0 && session.uses >= count_limit))
        return false;
    const auto& always = settings_.connection_cache_destinations;
    const std::string_view plain = std::string_view(destination).substr(0, destination.find('\n'));
    if (std::any_of(always.begin(), always.end(),
                    [&](const std::string& one) { return same(one, plain); }))
        return true;
    if (!settings_.connection_cache_on_demand) return false;
    const Traffic& traffic = destinations_.at(destination);
    return traffic.under_way > 1 ||
           (traffic.last_end &&
            loop_.now() - *traffic.last_end < settings_.connection_cache_time_limit);
}

void KeptSessions::give_back(const std::string& destination, std::unique_ptr<Session> session) {
    if (!is_worth_keeping(destination, *session)) {
        say_goodbye(std::move(session));
        return;
    }
    auto& sessions = destinations_[destination].sessions;
    auto& kept = sessions.emplace_back(
        std::make_unique<Kept>(*this, destination, std::move(session)));
    loop_.set(*kept, loop_.in(settings_.connection_cache_time_limit));
}

void KeptSessions::say_goodbye(std::unique_ptr<Session> session) {
    if (session->is_usable()) farewells_.spawn(quit(std::move(session)));
}

void KeptSessions::expire(Kept& kept) {
    const std::string destination = kept.destination;
    auto& sessions = destinations_[destination].sessions;
    say_goodbye(std::move(kept.session));
    std::erase_if(sessions, [&](const auto& one) { return one.get() == &kept; });
    forget_if_quiet(destination);
}

void KeptSessions::forget_if_quiet(const std::string& destination) {
    const Traffic& traffic = destinations_[destination];
    if (traffic.under_way == 0 && traffic.sessions.empty()) destinations_.erase(destination);
}

void KeptSessions::retire() {
    is_retiring_ = true;
    for (auto& [destination, traffic] : destinations_)
        for (auto& kept : std::exchange(traffic.sessions, {}))
            say_goodbye(std::move(kept->session));
}

std::size_t KeptSessions::size() const noexcept {
    std::size_t count = 0;
    for (const auto& [destination, traffic] : destinations_) count += traffic.sessions.size();
    return count;
}

}  // namespace postern::smtp
