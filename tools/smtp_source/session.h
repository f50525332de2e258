// One session of smtp-source: sends messages, one after the other, until there are no more.
#pragma once

#include "lib/event/stream.h"
#include "lib/mail/reply.h"
#include "tools/smtp_source/work.h"

#include <memory>
#include <string>

namespace postern::smtp_source {

class Session {
public:
    explicit Session(Work& work) : work_(work) {}

    /// Error: the server could not be reached, went away, or refused a command without -A.
    Task<Result<void>> run();

private:
    Task<Result<void>> connect();
    Task<Result<Fd>> connect_once();
    Task<Result<void>> send_message(std::uint64_t message);
    Task<Result<void>> send_recipients();
    Task<Result<void>> send_content(std::uint64_t message);
    Task<void> disconnect();
    /// Sends a line and reads its reply, whose first digit must be `wanted`.
    Task<Result<void>> command(std::string line, int wanted = 2);
    Task<Result<void>> expect(std::string sent, int wanted);
    Deadline deadline() const;

    Work& work_;
    std::unique_ptr<Stream> stream_;
    mail::ReplyReader replies_;
    std::uint64_t accepted_recipients_ = 0;
    int last_code_ = 0;
};

}  // namespace postern::smtp_source
