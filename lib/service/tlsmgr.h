// Requests to tlsmgr (private/tlsmgr): what the TLS sessions of all processes share.
#pragma once

#include "lib/service/codec.h"
#include "lib/tls/session_store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace postern::service {

/// tls::TicketKey on its way.
struct TicketKeyMessage {
    std::string name, cipher_key, mac_key;
    WallTime issues_until, accepts_until;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("cipher_key", self.cipher_key);
        visit("mac_key", self.mac_key);
        visit("issues_until", self.issues_until);
        visit("accepts_until", self.accepts_until);
    }
};

struct TicketKeyList {
    std::vector<TicketKeyMessage> keys;   ///< the first issues; none where there is no cache
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("keys", self.keys);
    }
};

struct GetTicketKeys {
    static constexpr std::string_view frame_name = "ticket_keys";
    static constexpr bool is_idempotent = true;
    using Reply = TicketKeyList;
    template <class Self, class Visit>
    static void fields(Self&, Visit&&) {}
};

struct FoundTlsSession {
    std::optional<std::string> session;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session);
    }
};

struct FindTlsSession {
    static constexpr std::string_view frame_name = "find_session";
    static constexpr bool is_idempotent = true;
    using Reply = FoundTlsSession;
    tls::SessionCache cache = tls::SessionCache::smtpd;
    std::string id;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("cache", self.cache);
        visit("id", self.id);
    }
};

/// An empty session is forgotten.
struct SaveTlsSession {
    static constexpr std::string_view frame_name = "save_session";
    static constexpr bool is_idempotent = true;
    using Reply = Done;
    tls::SessionCache cache = tls::SessionCache::smtpd;
    std::string id, session;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("cache", self.cache);
        visit("id", self.id);
        visit("session", self.session);
    }
};

struct RandomBytes {
    std::string bytes;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("bytes", self.bytes);
    }
};

/// `count` from 1 to `most`; an error otherwise.
struct GetRandomBytes {
    static constexpr std::string_view frame_name = "random_bytes";
    static constexpr bool is_idempotent = true;
    static constexpr std::int64_t most = 65536;
    using Reply = RandomBytes;
    std::int64_t count = 0;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("count", self.count);
    }
};

}  // namespace postern::service
