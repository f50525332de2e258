// One client, from its connection until smtpd has it or it is gone: what the parts of its screening
// look at and change.
#pragma once

#include "lib/event/socket.h"
#include "lib/event/stream.h"
#include "lib/mail/reply.h"
#include "lib/report/postscreen_events.h"
#include "lib/report/reporter.h"
#include "lib/service/daemon.h"
#include "services/postscreen/cache.h"
#include "services/postscreen/client_record.h"
#include "services/postscreen/crowd.h"
#include "services/postscreen/lists.h"
#include "services/postscreen/settings.h"
#include "services/postscreen/starttls.h"

#include <array>
#include <memory>
#include <optional>
#include <string>

namespace postern::postscreen {

using mail::Reply;

/// `status` "": the reply has no enhanced status code.
inline Reply reply(int code, std::string_view status, std::string text) {
    return {code, mail::StatusCode::parse(status), std::move(text)};
}

/// What is the same for all clients of the process; everything outlives them.
struct House {
    const Settings& settings;
    const Lists& lists;
    Cache& cache;
    Crowd& crowd;
    service::Client& dnsblog;
    const Starttls& starttls;
    event::Loop& loop;
};

struct Visit {
    Visit(const House& its_house, service::Session accepted, Reporter its_reporter);

    const House& house;
    const Reporter reporter;   ///< under the session's number
    /// To the client; under TLS to tlsproxy, which speaks with it.
    event::Stream& stream() const noexcept { return *stream_; }
    void talk_through(std::unique_ptr<event::Stream> stream) { stream_ = std::move(stream); }
    event::SocketAddress client, server;
    std::string client_address, server_address;

    ClientRecord record;
    std::array<bool, test_count> is_pending{};   ///< tests that this client has still to pass
    bool is_vetoed = false;     ///< came to an address where nobody is allowlisted
    bool has_failed = false;    ///< a test whose failure has consequences: nothing is remembered
    bool is_improved = false;   ///< the record has something new
    std::optional<Reply> refusal;   ///< of its mail, for the first such failure

    const Settings& settings() const noexcept { return house.settings; }
    const Timing& timing() const { return house.settings.timing_now(house.crowd.is_stressed()); }
    std::int64_t now() const { return second_of(house.loop.clock().wall()); }
    report::Endpoint client_endpoint() const { return {client_address, client.port()}; }
    report::Endpoint server_endpoint() const { return {server_address, server.port()}; }

    bool is_to_do(Test test) const { return is_pending[static_cast<std::size_t>(test)]; }
    /// All that it must pass it has passed.
    bool has_passed_all() const;
    void pass(Test test, seconds for_how_long);
    /// A failed test stays to do. What the settings want to follow: true when the connection is to
    /// be dropped; `consequence` is told then, or to its recipients.
    bool fail(Action action, Reply consequence);

    void report(report::ClientJudged::Verdict verdict) const;

private:
    std::unique_ptr<event::Stream> stream_;
};

}  // namespace postern::postscreen
