// One client of smtp-sink (RFC 5321, RFC 2033): its dialogue, of which nothing is kept but what a
// dump shows.
#pragma once

#include "lib/event/stream.h"
#include "tools/smtp_sink/server.h"

#include <string>
#include <string_view>

namespace postern::smtp_sink {

class Session {
public:
    /// `server` outlives it.
    Session(Server& server, Fd client, const event::SocketAddress& address);

    /// To its end: QUIT, a closed connection, a timeout, or what the options want.
    Task<void> run();

private:
    struct Command {
        std::string_view name;
        std::string (Session::*reply)(std::string_view arguments);
    };
    static const Command commands_[];
    static const Command* find(std::string_view name);
    bool is_known(std::string_view name) const;

    Task<Result<std::string>> read_command();
    /// Answers one command; false when the dialogue is over.
    Task<bool> obey(std::string line);
    /// What options want instead of the ordinary answer: a reply, or "" where they want none.
    /// After the wait that they want.
    Task<std::optional<std::string>> special_answer(std::string_view name);
    /// With commands in one packet the replies go in one, when the next read must wait.
    void say(std::string_view reply);
    Task<bool> end_with(std::string reply);

    Task<bool> data();
    Task<bool> abort_data(seconds delay);
    /// The content with LF at line ends, if a dump wants it; nothing when the client is gone.
    Task<std::optional<std::string>> read_content();
    Task<bool> end_of_message(std::string content);
    Task<bool> confirm(bool is_taken);
    void begin_transaction();

    std::string helo(std::string_view arguments);
    std::string ehlo(std::string_view arguments);
    std::string lhlo(std::string_view arguments);
    std::string mail(std::string_view arguments);
    std::string rcpt(std::string_view arguments);
    std::string rset(std::string_view arguments);
    std::string ok(std::string_view arguments);
    std::string extensions() const;

    Deadline deadline() const { return stream_.loop().in(options_.timeout); }

    Server& server_;
    const Options& options_;
    Stream stream_;
    Transaction transaction_;
    bool has_mail_ = false;
};

}  // namespace postern::smtp_sink
