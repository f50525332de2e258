// A name server of a few lines: answers from a table, on 127.0.0.1, in the test's own loop.
#pragma once

#include "lib/base/strings.h"
#include "lib/event/loop.h"
#include "lib/event/socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <map>
#include <string>
#include <vector>

namespace postern::dns::test {

inline std::string number16(unsigned value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value)};
}
inline std::string number32(unsigned value) { return number16(value >> 16) + number16(value); }

/// "\3www\7example\0", no compression.
inline std::string wire_name(std::string_view name) {
    std::string wire;
    for (const std::string_view label : split(name, "."))
        wire += static_cast<char>(label.size()) + std::string(label);
    return wire + '\0';
}

inline std::string wire_record(std::string_view owner, unsigned type, const std::string& data,
                               unsigned ttl = 300) {
    return wire_name(owner) + number16(type) + number16(1) + number32(ttl) +
           number16(static_cast<unsigned>(data.size())) + data;
}

/// A whole message that answers `question` (its bytes after the header).
inline std::string wire_reply(const std::string& id, unsigned flags, const std::string& question,
                              const std::vector<std::string>& records) {
    std::string message = id + number16(0x8180 | flags) + number16(1) +
                          number16(static_cast<unsigned>(records.size())) + number32(0) + question;
    for (const std::string& record : records) message += record;
    return message;
}

class Zone {
public:
    struct Known {
        unsigned flags = 0;                 ///< RCODE, AD, TC
        std::vector<std::string> records;
        bool is_silent = false;
    };
    std::map<std::string, Known> known;     ///< by "name TYPENUMBER"; others do not exist
    std::vector<std::string> asked;

    explicit Zone(event::Loop& loop) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        const auto address = *event::SocketAddress::numeric("127.0.0.1", 0);
        if (::bind(socket_.get(), address.get(), address.size()) != 0) std::abort();
        event_ = loop.watch_read(
            socket_.get(), event::Loop::Trigger::level,
            [](int, short, void* self) { static_cast<Zone*>(self)->answer(); }, this);
    }
    std::string server() const {
        return "127.0.0.1:" +
               std::to_string(event::SocketAddress::of_local(socket_.get()).port());
    }

private:
    void answer() {
        char bytes[1500];
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const ssize_t got = ::recvfrom(socket_.get(), bytes, sizeof bytes, 0,
                                       reinterpret_cast<sockaddr*>(&from), &size);
        if (got < 12) return;
        const std::string message(bytes, static_cast<std::size_t>(got));
        std::string name;
        std::size_t at = 12;
        while (message[at] != 0) {
            const auto length = static_cast<std::size_t>(message[at]);
            name += (name.empty() ? "" : ".") + message.substr(at + 1, length);
            at += 1 + length;
        }
        const int type = message[at + 1] << 8 | message[at + 2];
        const std::string key = name + " " + std::to_string(type);
        asked.push_back(key);
        const auto entry = known.find(key);
        if (entry != known.end() && entry->second.is_silent) return;
        const Known reply = entry == known.end() ? Known{3, {}, false} : entry->second;
        const std::string wire = wire_reply(message.substr(0, 2), reply.flags,
                                            message.substr(12, at + 5 - 12), reply.records);
        std::ignore = ::sendto(socket_.get(), wire.data(), wire.size(), 0,
                               reinterpret_cast<sockaddr*>(&from), size);
    }

    Fd socket_;
    event::EventHandle event_;
};

}  // namespace postern::dns::test
