// Requests to flush (public/flush): which deferred messages wait for a destination.
#pragma once

#include "lib/service/codec.h"

#include <string>

namespace postern::service {

/// A message was deferred for a site of fast_flush_domains (asked by whoever defers).
struct RecordDeferred {
    static constexpr std::string_view frame_name = "record";
    using Reply = Done;
    std::string site;
    std::string queue_id;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("site", self.site);
        visit("queue_id", self.queue_id);
    }
};

/// Whether a site may be flushed, and what came of it.
enum class FlushStatus { done, not_eligible, busy, failed };
struct Flushed {
    FlushStatus status = FlushStatus::done;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("status", self.status);
    }
};

/// postqueue -s, ETRN: all mail for the site is tried now.
struct FlushSite {
    static constexpr std::string_view frame_name = "flush_site";
    using Reply = Flushed;
    std::string site;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("site", self.site);
    }
};

/// postqueue -i: one message, also when it is not logged for any site.
struct FlushQueueId {
    static constexpr std::string_view frame_name = "flush_id";
    using Reply = Flushed;
    std::string queue_id;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("queue_id", self.queue_id);
    }
};

}  // namespace postern::service
