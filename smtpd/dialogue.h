// The conversation with one client (RFC 5321 section 3): greeting, commands, replies, content, end.
#pragma once

#include "lib/event/stream.h"
#include "lib/report/smtpd_events.h"
#include "lib/service/daemon.h"
#include "smtpd/content.h"
#include "smtpd/session.h"
#include "smtpd/transcript.h"

#include <functional>
#include <optional>

namespace postern::smtpd {

class Dialogue {
public:
    /// `is_stressed` tells whether the process has as many sessions as it may, and outlives this.
    Dialogue(const House& house, service::Session accepted, Reporter reporter,
             const std::function<bool()>& is_stressed);

    /// From the greeting to the end of the connection.
    Task<void> run();

private:
    // dialogue_beginning.cc
    Task<bool> begin();
    Task<bool> take_proxy_header();
    Task<void> find_names();
    Task<void> find_privileges();
    Task<bool> wrap();
    void find_our_side();
    Task<bool> greet();
    Task<void> greet_again();
    Task<std::optional<Reply>> ask_milters_of_client();

    // dialogue_commands.cc
    Task<Result<std::string>> read_command();
    std::optional<std::string> take_line();
    Task<Reply> answer(std::string line);
    Task<void> filter_command(std::string& line);
    bool is_closing() const;
    Task<bool> is_noop(std::string name);
    Task<Reply> unknown(std::string name, std::string line);
    Reply break_off(Reply last);
    bool is_improper_pipelining(const Verb& verb);
    Reply count(const Verb* verb, Reply answered);

    // dialogue_security.cc
    Task<bool> shake_hands();
    Task<void> start_tls();
    Task<Reply> log_in(const Verb& verb);

    // dialogue_content.cc
    ReadDeadline content_deadline();
    Task<void> receive();
    Task<Reply> receive_chunk(const Verb& verb);

    // dialogue.cc
    Task<void> obey(std::string line);
    Task<void> say(Reply answered);

    bool has_too_many_errors() const;
    Task<void> give_up_on_errors();
    Task<void> broken(Error error);
    void report_break(report::SessionBroken::Cause cause) const;
    void end();

    Deadline deadline() const;
    const SessionLimits& limits() const;

    Stream stream_;
    event::SocketAddress peer_;
    Session session_;
    const std::function<bool()>& is_stressed_;
    Transcript transcript_;
    std::string line_start_;  // of a line above line_length_limit, whose rest is dropped
    std::string data_stage_;
    bool is_open_ = true;
};

}  // namespace postern::smtpd
