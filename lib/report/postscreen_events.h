// What happens to clients before they reach smtpd: the events of postscreen and dnsblog. Clients
// are "[192.0.2.1]:1234": they have no names yet.
#pragma once

#include "lib/base/log.h"
#include "lib/report/counters.h"
#include "lib/report/record.h"
#include "lib/report/wording.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::report {

/// A client, or our own side, by number only.
struct Endpoint {
    std::string_view address;   ///< without brackets
    std::uint16_t port = 0;
    std::string text() const;   ///< "[192.0.2.1]:1234"
};

/// "CONNECT from [192.0.2.1]:1234 to [198.51.100.1]:25"
struct ClientScreened {
    static constexpr std::string_view name = "client_screened";
    Endpoint client, server;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::clients_connected); }
};

/// What is known of a client, in one word and its address: "PASS OLD [192.0.2.1]:1234".
struct ClientJudged {
    static constexpr std::string_view name = "client_judged";
    enum class Verdict { allowlisted, denylisted, allowlist_veto, pass_new, pass_old, disconnect };
    Verdict verdict = Verdict::pass_new;
    Endpoint client;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "PREGREET 12 after 0.32 from [192.0.2.1]:1234: EHLO early\r\n"
struct SpokeTooEarly {
    static constexpr std::string_view name = "spoke_too_early";
    Endpoint client;
    std::size_t bytes = 0;
    microseconds after{0};
    std::string_view input;   ///< as it came; a hundred bytes are shown

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "DNSBL rank 5 for [192.0.2.1]:1234"
struct BlockListRanked {
    static constexpr std::string_view name = "block_list_ranked";
    std::int64_t rank = 0;
    Endpoint client;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "HANGUP after 0.31 from [192.0.2.1]:1234 in tests before SMTP handshake"
struct HungUp {
    static constexpr std::string_view name = "hung_up";
    Endpoint client;
    microseconds after{0};
    bool is_after_greeting = false;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// What a client did wrong in the dialogue: "COMMAND PIPELINING from [192.0.2.1]:1234 after EHLO:
/// MAIL FROM:<a@b>\r\n", "COMMAND TIME LIMIT from [192.0.2.1]:1234 after RCPT".
struct ProtocolViolated {
    static constexpr std::string_view name = "protocol_violated";
    std::string_view what;    ///< "COMMAND PIPELINING", "BARE NEWLINE", "NON-SMTP COMMAND", "COMMAND
                              ///< TIME LIMIT", "COMMAND COUNT LIMIT", "COMMAND LENGTH LIMIT"
    Endpoint client;
    std::string_view after;   ///< the command before: "CONNECT", "EHLO"
    std::string_view input;   ///< fit for the log; "": nothing to show

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "DATA without valid RCPT from [192.0.2.1]:1234"
struct ContentUnwanted {
    static constexpr std::string_view name = "content_unwanted";
    std::string_view command;   ///< DATA, BDAT
    Endpoint client;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "NOQUEUE: reject: RCPT from [192.0.2.1]:1234: 550 5.7.1 ...; from=<a@b>, to=<c@d>, proto=ESMTP,
/// helo=<x>"
struct RecipientScreened {
    static constexpr std::string_view name = "recipient_screened";
    Endpoint client;
    std::string_view reply, sender, recipient;   ///< addresses in internal form
    std::string_view protocol, helo;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::requests_rejected); }
};

/// "NOQUEUE: reject: CONNECT from [192.0.2.1]:1234: too many connections"; "reject: connect from
/// [192.0.2.1]:1234: all screening ports busy".
struct ConnectionRefused {
    static constexpr std::string_view name = "connection_refused";
    enum class Reason { too_many_connections, screening_ports_busy, server_ports_busy };
    Endpoint client;
    Reason reason = Reason::too_many_connections;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::requests_rejected); }
};

/// "entering STRESS mode with 9 connections"
struct StressChanged {
    static constexpr std::string_view name = "stress_changed";
    bool is_on = false;
    std::size_t connections = 0;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "cache btree:/var/lib/postfix/postscreen_cache full cleanup: retained=8 dropped=2 entries"
struct CacheCleaned {
    static constexpr std::string_view name = "cache_cleaned";
    std::string_view cache;
    bool is_partial = false;
    std::size_t retained = 0, dropped = 0;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "addr 192.0.2.1 listed by domain bl.example as 127.0.0.2"
struct AddressListed {
    static constexpr std::string_view name = "address_listed";
    std::string_view address, domain, answer;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

}  // namespace postern::report
