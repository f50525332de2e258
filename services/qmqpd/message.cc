// Messages; see the header.
#include "services/qmqpd/message.h"

#include "lib/event/netstring.h"

#include <fmt/format.h>

namespace postern::qmqpd {

namespace {

/// Takes netstrings apart that lie within one.
class Reader {
public:
    Reader(event::Stream& client, std::size_t limit, seconds timeout)
        : client_(client), left_(limit), timeout_(timeout) {}

    Task<Result<void>> begin() {
        const auto size = co_await event::read_netstring_size(client_, left_, deadline());
        if (!size) co_return at("QMQP packet header", size.error());
        left_ = *size;
        co_return success();
    }

    /// `what`: the part that comes, for errors.
    Task<Result<std::string>> next(std::string_view what) {
        const auto size = co_await event::read_netstring_size(client_, left_, deadline());
        if (!size) co_return at(what, inside(size.error()));
        const std::size_t whole = event::netstring_start(*size).size() + *size + 1;
        if (whole > left_) co_return at(what, permanent("longer than the one around it"));
        left_ -= whole;
        auto text = co_await read_piecewise(*size);
        if (!text) co_return at(what, text.error());
        if (auto end = co_await event::read_netstring_end(client_, deadline()); !end)
            co_return at(what, end.error());
        co_return text;
    }

    Task<Result<void>> end() {
        auto ended = co_await event::read_netstring_end(client_, deadline());
        if (!ended) co_return at("QMQP packet trailer", ended.error());
        co_return success();
    }
    bool has_more() const noexcept { return left_ > 0; }

private:
    Deadline deadline() const { return client_.loop().in(timeout_); }

    /// Longer than what is around it: no netstring there.
    static Error inside(Error why) {
        if (why.code == Errc::too_long) why.code = Errc::permanent;
        return why;
    }

    static Error at(std::string_view what, const Error& why) {
        if (why.code == Errc::too_long) return why;
        const std::string_view kind = why.is_permanent()           ? "netstring format error"
                                      : why.code == Errc::timeout ? "timeout"
                                                                  : "lost connection";
        return {why.code, fmt::format("{} while receiving {}", kind, what)};
    }

    /// A client that sends slowly, and goes on sending, is not cut off.
    Task<Result<std::string>> read_piecewise(std::size_t size) {
        std::string text;
        while (text.size() < size) {
            auto piece = co_await client_.peek(1, deadline());
            if (!piece) co_return piece.error();
            const auto part = piece->substr(0, size - text.size());
            text += part;
            client_.consume(part.size());
        }
        co_return text;
    }

    event::Stream& client_;
    std::size_t left_;   ///< of the netstring around
    const seconds timeout_;
};

}  // namespace

Task<Result<Message>> read_message(event::Stream& client, std::size_t size_limit, seconds timeout) {
    Reader reader(client, size_limit, timeout);
    if (auto begun = co_await reader.begin(); !begun) co_return begun.error();
    Message message;
    auto content = co_await reader.next("message content");
    if (!content) co_return content.error();
    message.content = std::move(*content);
    auto sender = co_await reader.next("sender address");
    if (!sender) co_return sender.error();
    message.sender = std::move(*sender);
    while (reader.has_more()) {
        auto recipient = co_await reader.next("recipient address");
        if (!recipient) co_return recipient.error();
        message.recipients.push_back(std::move(*recipient));
    }
    if (auto ended = co_await reader.end(); !ended) co_return ended.error();
    co_return message;
}

}  // namespace postern::qmqpd
