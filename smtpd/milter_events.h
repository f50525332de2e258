// What happens in a session, told to its milters; what they say of it becomes a reply.
#pragma once

#include "smtpd/session.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::smtpd {

/// The events of a session. Each gives the refusal, logged, or nothing; without milters it does
/// nothing at once.
namespace milter_event {
Task<std::optional<Reply>> connect(Session& session);
Task<std::optional<Reply>> helo(Session& session, std::string_view verb);
/// The words of a command as they were given: "<address>" and the parameters.
struct Words {
    std::string path, parameters;
};
Task<std::optional<Reply>> mail(Session& session, Words words);
Task<std::optional<Reply>> rcpt(Session& session, std::string address, Words words);
/// A recipient that we have refused ourselves.
Task<void> rejected_rcpt(Session& session, std::string address, Words words, Reply refusal);
Task<std::optional<Reply>> data(Session& session);
Task<std::optional<Reply>> unknown(Session& session, std::string command);
}  // namespace milter_event

/// Whether the content of this transaction is for milters to see.
bool is_for_milters(const Session& session);

}  // namespace postern::smtpd
