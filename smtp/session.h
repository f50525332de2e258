// One open session with a server: its stream, what it announced, and whether it can be used on.
#pragma once

#include "lib/base/log.h"
#include "lib/event/stream.h"
#include "lib/nexthop/endpoint.h"
#include "lib/table/table.h"
#include "lib/tls/established.h"
#include "smtp/reply.h"
#include "smtp/stage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include <variant>

namespace postern::smtp {

using nexthop::Endpoint;

/// What a server announced in reply to EHLO (RFC 5321 section 4.1.1.1).
struct Features {
    bool esmtp = false;             ///< it answered EHLO or LHLO at all
    bool pipelining = false;        ///< RFC 2920
    bool has_size = false;          ///< RFC 1870
    std::uint64_t size_limit = 0;   ///< 0: none was said
    bool eight_bit_mime = false;    ///< RFC 6152
    bool dsn = false;               ///< RFC 3461
    bool smtputf8 = false;          ///< RFC 6531
    bool starttls = false;          ///< RFC 3207
    bool requiretls = false;        ///< RFC 8689
    std::vector<std::string> auth;       ///< SASL mechanisms (RFC 4954), in upper case
    std::vector<std::string> xforward;   ///< attribute names, in upper case

    /// The lines of a reply to EHLO, without codes. `discarded`: keywords that count as not said
    /// (smtp_discard_ehlo_keywords), in any case.
    static Features parse(const std::vector<std::string>& lines,
                          const std::vector<std::string>& discarded);
};

/// Why a dialogue ended before its reply.
struct Broken {
    enum Kind { lost, timed_out, protocol } kind = lost;
    std::string text;     ///< "lost connection with X while sending MAIL FROM"
};

/// What was heard: a reply, or the end of the session.
using Heard = std::variant<Reply, Broken>;

class Session {
public:
    Session(event::Loop& loop, Fd socket, Endpoint endpoint, const Settings& settings,
            const table::Maps& reply_filter, Log log);
    Session(const Session&) = delete;

    const Endpoint& endpoint() const noexcept { return endpoint_; }
    event::Stream& stream() noexcept { return stream_; }
    const Settings& settings() const noexcept { return settings_; }
    const Log& log() const noexcept { return log_; }
    Features features;
    std::optional<tls::Established> tls;   ///< what the handshake came to
    bool passes_requiretls_on = false;     ///< MAIL says REQUIRETLS
    bool delays_final_dot = false;         ///< behind a PIX firewall: delay_dotcrlf
    bool is_shown = false;                 ///< the dialogue is logged (debug_peer_list)
    bool is_logged_in = false;             ///< by AUTH
    std::string queue_id;                  ///< of the message that goes over it, for the log
    /// Messages that were begun over it.
    std::uint32_t uses = 0;
    Monotonic connected_at() const noexcept { return connected_at_; }

    /// Adds a command to what goes out with the next wait.
    void say(std::string_view command);
    /// The next reply, within the time of the stage.
    Task<Heard> hear(const Stage& stage);
    /// Both.
    Task<Heard> ask(std::string_view command, const Stage& stage);
    /// Waits until what was written is with the kernel. Nothing when it is.
    Task<std::optional<Broken>> sent(const Stage& stage);
    Broken broken(const Error& error, const Stage& stage);

    /// The server has not hung up, said 421, or got out of step.
    bool is_usable() const noexcept { return is_usable_ && !stream_.peer_has_closed(); }
    void give_up() noexcept { is_usable_ = false; }

private:
    Deadline deadline(const Stage& stage) const;
    Task<Result<std::string>> reply_line(Deadline until);
    Task<Result<void>> drop_line(Deadline until);
    Broken out_of_step(std::string_view what);
    void show(std::string_view way, std::string_view line) const;
    void warn_of_foreign_line(std::string_view line) const;
    Task<std::string> filtered(std::string line) const;

    event::Stream stream_;
    const Endpoint endpoint_;
    const Settings& settings_;
    const table::Maps& reply_filter_;
    const Log log_;
    const Monotonic connected_at_;
    bool is_usable_ = true;
};

}  // namespace postern::smtp
