// Keeping sessions; see the header.
#include "smtp/kept_sessions.h"

#include "lib/tls/farewell.h"

#include <algorithm>

namespace postern::smtp {

namespace {

/// So many are not looked through for those that can be forgotten.
constexpr std::size_t few_destinations = 64;

/// RFC 5321 section 4.1.1.10. The reply tells nothing that matters, whatever it is.
Task<void> quit(std::unique_ptr<Session> session) {
    session->say("QUIT");
    auto broken = co_await session->sent(stage::quit);
    if (broken || session->settings().skip_quit_response) co_return;
    std::ignore = co_await session->hear(stage::quit);
    event::Stream& stream = session->stream();
    co_await tls::part(stream, stream.loop().in(session->settings().wait.starttls));
}

/// Where a session leads, and what it must have in common with another.
std::string server_key(const Endpoint& server, const std::string& destination) {
    return server.where_and_port() + destination.substr(destination.find('\n') + 1);
}

}  // namespace

/// One kept session and its time.
class KeptSessions::Kept final : public event::Timer {
public:
    Kept(KeptSessions& owner, std::string to, std::unique_ptr<Session> kept)
        : destination(std::move(to)),
          server(kept->tls ? "" : server_key(kept->endpoint(), destination)),
          session(std::move(kept)),
          owner_(owner) {}
    void expired() override { owner_.expire(*this); }

    const std::string destination;
    const std::string server;   // "" under TLS
    std::unique_ptr<Session> session;

private:
    KeptSessions& owner_;
};

KeptSessions::KeptSessions(event::Loop& loop, const Settings& settings,
                           event::TaskGroup::OnBug on_bug, CacheReports* reports)
    : loop_(loop),
      settings_(settings),
      reports_(reports),
      forget_above_(few_destinations),
      farewells_(loop, std::move(on_bug)) {}

KeptSessions::~KeptSessions() = default;

KeptSessions::Delivery::Delivery(KeptSessions& kept, std::string destination)
    : kept_(kept), destination_(std::move(destination)) {
    ++kept_.destinations_[destination_].under_way;
}

KeptSessions::Delivery::~Delivery() {
    Traffic& traffic = kept_.destinations_[destination_];
    --traffic.under_way;
    traffic.last_end = kept_.loop_.now();
    if (kept_.destinations_.size() > kept_.forget_above_) kept_.forget_quiet_ones();
}

std::unique_ptr<Session> KeptSessions::take(const std::string& destination) {
    std::unique_ptr<Session> session;
    if (const auto found = destinations_.find(destination); found != destinations_.end())
        while (!found->second.sessions.empty() && !(session && session->is_usable()))
            session = release(*found->second.sessions.back());
    if (session && !session->is_usable()) session.reset();
    if (reports_) reports_->looked_by_destination(session != nullptr);
    return session;
}

std::unique_ptr<Session> KeptSessions::take_at(const Endpoint& server, const std::string& destination) {
    std::unique_ptr<Session> session;
    const std::string key = server_key(server, destination);
    for (auto found = servers_.find(key); found != servers_.end() && !(session && session->is_usable());
         found = servers_.find(key))
        session = release(*found->second.back());
    if (session && !session->is_usable()) session.reset();
    if (reports_) reports_->looked_by_address(session != nullptr);
    return session;
}

std::unique_ptr<Session> KeptSessions::release(Kept& kept) {
    auto session = std::move(kept.session);
    if (const auto there = servers_.find(kept.server); there != servers_.end()) {
        std::erase(there->second, &kept);
        if (there->second.empty()) servers_.erase(there);
    }
    auto& sessions = destinations_.at(kept.destination).sessions;
    std::erase_if(sessions, [&](const auto& one) { return one.get() == &kept; });
    --size_;
    if (sessions.empty()) --occupied_;
    return session;
}

bool KeptSessions::has_much_mail(const std::string& destination) const {
    if (!settings_.connection_cache_on_demand) return false;
    const Traffic& traffic = destinations_.at(destination);
    return traffic.under_way > 1 || has_ended_lately(traffic);
}

bool KeptSessions::has_ended_lately(const Traffic& traffic) const {
    return traffic.last_end && loop_.now() - *traffic.last_end < settings_.connection_cache_time_limit;
}

bool KeptSessions::is_worth_keeping(const Session& session) const {
    const auto count_limit = settings_.connection_reuse_count_limit;
    return !is_retiring_ && session.is_usable() &&
           loop_.now() - session.connected_at() < settings_.connection_reuse_time_limit &&
           (count_limit == 0 || session.uses < count_limit);
}

void KeptSessions::give_back(const std::string& destination, std::unique_ptr<Session> session, bool always) {
    if (!is_worth_keeping(*session) || !(always || has_much_mail(destination))) {
        say_goodbye(std::move(session));
        return;
    }
    auto& sessions = destinations_[destination].sessions;
    if (sessions.empty()) ++occupied_;
    ++size_;
    auto& kept = sessions.emplace_back(
        std::make_unique<Kept>(*this, destination, std::move(session)));
    if (!kept->server.empty()) servers_[kept->server].push_back(kept.get());
    loop_.set(*kept, loop_.in(settings_.connection_cache_time_limit));
    if (reports_) reports_->kept(occupied_, servers_.size(), size_);
}

void KeptSessions::say_goodbye(std::unique_ptr<Session> session) {
    if (session->is_usable()) farewells_.spawn(quit(std::move(session)));
}

void KeptSessions::expire(Kept& kept) {
    const std::string destination = kept.destination;
    say_goodbye(release(kept));
    forget_if_quiet(destination);
}

void KeptSessions::forget_if_quiet(const std::string& destination) {
    const Traffic& traffic = destinations_[destination];
    if (traffic.under_way == 0 && traffic.sessions.empty()) destinations_.erase(destination);
}

/// Once for as many as there are, so that a delivery pays for its own only.
void KeptSessions::forget_quiet_ones() {
    std::erase_if(destinations_, [this](const auto& one) {
        return one.second.under_way == 0 && one.second.sessions.empty() && !has_ended_lately(one.second);
    });
    forget_above_ = std::max(few_destinations, 2 * destinations_.size());
}

void KeptSessions::retire() {
    is_retiring_ = true;
    for (auto& [destination, traffic] : destinations_)
        while (!traffic.sessions.empty()) say_goodbye(release(*traffic.sessions.back()));
    if (reports_) reports_->send();
}

}  // namespace postern::smtp
