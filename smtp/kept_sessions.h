// Sessions that are kept open for the next message to the same destination
// (CONNECTION_CACHE_README), and the farewell to those that nobody used.
#pragma once

#include "lib/event/group.h"
#include "smtp/cache_reports.h"
#include "smtp/session.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace postern::smtp {

/// Sessions by destination; behind a newline its name says what else makes sessions alike: TLS, the
/// login. On demand they are kept while a destination has much mail: while another delivery to it is
/// under way, or the last one ended within the time that they are kept.
class KeptSessions {
public:
    /// `reports` null: nobody wants to know how useful it is.
    KeptSessions(event::Loop& loop, const Settings& settings, event::TaskGroup::OnBug on_bug,
                 CacheReports* reports = nullptr);
    ~KeptSessions();

    /// A delivery to the destination begins and, with its destruction, ends.
    class Delivery {
    public:
        Delivery(KeptSessions& kept, std::string destination);
        ~Delivery();
        Delivery(const Delivery&) = delete;

    private:
        KeptSessions& kept_;
        const std::string destination_;
    };

    /// The session that was kept last; null when there is none.
    std::unique_ptr<Session> take(const std::string& destination);
    /// The same of another destination that led to the same server. Not one under TLS, which was
    /// verified for that destination.
    std::unique_ptr<Session> take_at(const Endpoint& server, const std::string& destination);
    /// Keeps it for the next, or says QUIT. `always`: even where there is not much mail
    /// (smtp_connection_cache_destinations).
    void give_back(const std::string& destination, std::unique_ptr<Session> session, bool always);
    /// Says QUIT, unless the session is broken, and closes.
    void say_goodbye(std::unique_ptr<Session> session);

    /// No session is kept any more: the process is to end.
    void retire();
    /// Farewells are under way.
    bool is_busy() const noexcept { return !farewells_.empty(); }
    std::size_t size() const noexcept { return size_; }
    /// Destinations of which it knows something.
    std::size_t destinations() const noexcept { return destinations_.size(); }

private:
    class Kept;
    struct Traffic {
        std::size_t under_way = 0;
        std::optional<Monotonic> last_end;
        std::vector<std::unique_ptr<Kept>> sessions;
    };
    bool has_much_mail(const std::string& destination) const;
    bool has_ended_lately(const Traffic& traffic) const;
    bool is_worth_keeping(const Session& session) const;
    std::unique_ptr<Session> release(Kept& kept);
    void expire(Kept& kept);
    void forget_if_quiet(const std::string& destination);
    void forget_quiet_ones();

    event::Loop& loop_;
    const Settings& settings_;
    CacheReports* const reports_;
    std::map<std::string, Traffic> destinations_;
    std::map<std::string, std::vector<Kept*>> servers_;   // of sessions without TLS
    std::size_t forget_above_;
    std::size_t size_ = 0, occupied_ = 0;   // sessions, and destinations that have some
    event::TaskGroup farewells_;
    bool is_retiring_ = false;
};

}  // namespace postern::smtp
