// Sessions that are kept open for the next message to the same destination
// (CONNECTION_CACHE_README), and the farewell to those that nobody used.
#pragma once

#include "lib/event/group.h"
#include "smtp/session.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace postern::smtp {

/// Sessions by destination; behind a newline its name may say more about what makes sessions
/// alike (TLS). On demand they are kept while a destination has much mail: while
/// another delivery to it is under way, or the last one ended within the time that they are kept.
class KeptSessions {
public:
    KeptSessions(event::Loop& loop, const Settings& settings, event::TaskGroup::OnBug on_bug);
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
    /// Keeps it for the next, or says QUIT.
    void give_back(const std::string& destination, std::unique_ptr<Session> session);
    /// Says QUIT, unless the session is broken, and closes.
    void say_goodbye(std::unique_ptr<Session> session);

    /// No session is kept any more: the process is to end.
    void retire();
    /// Farewells are under way.
    bool is_busy() const noexcept { return !farewells_.empty(); }
    std::size_t size() const noexcept;

private:
    class Kept;
    struct Traffic {
        std::size_t under_way = 0;
        std::optional<Monotonic> last_end;
        std::vector<std::unique_ptr<Kept>> sessions;
    };
    bool is_worth_keeping(const std::string& destination, const Session& session) const;
    void expire(Kept& kept);
    void forget_if_quiet(const std::string& destination);

    event::Loop& loop_;
    const Settings& settings_;
    std::map<std::string, Traffic> destinations_;
    event::TaskGroup farewells_;
    bool is_retiring_ = false;
};

}  // namespace postern::smtp
