// Messages; see the header.
#include "services/qmqpd/message.h"

#include "lib/event/netstring.h"

#include <algorithm>

namespace postern::qmqpd {

namespace {

/// Takes netstrings apart that lie within one.
class Reader {
public:
    Reader(event::Stream& client, std::size_t limit, seconds timeout)
        : client_(client), left_(limit), timeout_(timeout) {}

    Task<Result<void>> begin() {
        const auto size = co_await event::read_netstring_size(client_, left_, deadline());
        if (!size) co_return size.error();
        left_ = *size;
        co_return success();
    }

    Task<Result<std::string>> next() {
        const auto size = co_await event::read_netstring_size(client_, left_, deadline());
        if (!size) co_return is_too_long(size.error());
        const std::size_t whole = event::netstring_start(*size).size() + *size + 1;
        if (whole > left_) co_return is_too_long({});
        left_ -= whole;
        auto text = co_await read_piecewise(*size);
        if (!text) co_return text;
        if (auto end = co_await event::read_netstring_end(client_, deadline()); !end)
            co_return end.error();
        co_return text;
    }

    Task<Result<void>> end() { return event::read_netstring_end(client_, deadline()); }
    bool has_more() const noexcept { return left_ > 0; }

private:
    Deadline deadline() const { return client_.loop().in(timeout_); }

    static Error is_too_long(const Error& why) {
        const bool is_other = !why.text.empty() && why.code != Errc::too_long;
        return is_other ? why : permanent("bad netstring: longer than the one around it");
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
    for (std::string* part : {&message.content, &message.sender}) {
        auto text = co_await reader.next();
        if (!text) co_return text.error();
        *part = std::move(*text);
    }
    while (reader.has_more()) {
        auto recipient = co_await reader.next();
        if (!recipient) co_return recipient.error();
        message.recipients.push_back(std::move(*recipient));
    }
    if (auto ended = co_await reader.end(); !ended) co_return ended.error();
    co_return message;
}

}  // namespace postern::qmqpd
