// All milters of one SMTP session, one after the other: the first that says no has the last word.
#pragma once

#include "lib/event/socket.h"
#include "lib/milter/milter.h"

#include <memory>
#include <string>
#include <vector>

namespace postern::milter {

/// The client, as milters are told of it.
struct ClientDetails {
    std::string name;      ///< verified, or "[address]"
    std::string address;   ///< numeric, without brackets
    std::uint16_t port = 0;
    int family = 0;        ///< AF_INET, AF_INET6; else not known
};

class Milters {
public:
    /// `macros` is asked at each event.
    Milters(const Surroundings& surroundings, const std::vector<MilterSettings>& settings,
            MacroSource macros);
    ~Milters();
    Milters(const Milters&) = delete;

    bool empty() const noexcept { return milters_.empty(); }

    Task<Verdict> connect(ClientDetails client);
    Task<Verdict> helo(std::string name);
    /// "<address>" and the parameters, as they were given.
    Task<Verdict> mail(std::vector<std::string> words);
    Task<Verdict> rcpt(std::vector<std::string> words);
    /// For milters that want to hear of recipients that we refuse; what they say has no effect.
    Task<void> rejected_rcpt(std::vector<std::string> words);
    Task<Verdict> data();
    Task<Verdict> unknown(std::string command);

    /// The content. Errors of the queue file are a temporary refusal.
    struct Outcome {
        Edits edits;
        std::string body;   ///< the new one, with CR LF, where edits.changes_body
    };
    Task<Outcome> message(StoredContent stored);
    /// The transaction is over, however it ended.
    void end_mail();

private:
    Task<Verdict> tell(Command command, std::string data);

    const Surroundings& surroundings_;
    MacroSource macros_;
    std::vector<Milter> milters_;
    bool must_hold_ = false;   // milter_default_action = quarantine
};

}  // namespace postern::milter
