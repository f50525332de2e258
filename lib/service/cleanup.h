// A message for cleanup (public/cleanup, by smtpd, pickup, bounce, local ...).
#pragma once

#include "lib/service/codec.h"

#include <cstdint>
#include <optional>
#include <string>

namespace postern::service {

/// What cleanup came to; the values are in the order of precedence: the worst is reported.
enum class CleanupStatus {
    ok,
    discarded,           ///< accepted and dropped, as a content rule says
    bad_input,           ///< damaged records, or a client that stopped in the middle
    no_recipients,
    too_many_hops,       ///< hopcount_limit
    too_big,             ///< message_size_limit
    rejected,            ///< a content rule; `reason` is its text
    deferred,            ///< a content rule, or a filter
    map_failed,          ///< a table or service could not tell: try again
    cannot_write,        ///< disk full, or another failure of the queue
};

struct Submitted {
    std::string queue_id;
    CleanupStatus status = CleanupStatus::ok;
    std::string reason;    ///< "5.7.1 text" or the like, for `rejected` and `deferred`; or what failed
    std::int64_t size = 0; ///< of the content
    /// With Submit::is_reported: for LogBook::fill_place(), when the client has said its line.
    std::int64_t log_place = 0;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("queue_id", self.queue_id);
        visit("status", self.status);
        visit("reason", self.reason);
        visit("size", self.size);
        visit("log_place", self.log_place);
    }
};

/// What cleanup says before its answer (Upload::hear): its queue id, at once with
/// Submit::begins_early, with the content to a client that awaits edits; and to such a client, when
/// the message lies in its file complete but for `E`, where the content begins there. The file is in
/// the hold queue where the options hold the message, otherwise in the incoming queue.
struct CleanupProgress {
    std::string queue_id;
    bool is_written = false;
    std::int64_t content_offset = 0;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("queue_id", self.queue_id);
        visit("is_written", self.is_written);
        visit("content_offset", self.content_offset);
    }
};

/// What is done to a message. The defaults are those of mail from inside the system.
struct CleanupOptions {
    bool bounces = false;             ///< cleanup sends a bounce itself when it must refuse (pickup)
    bool filters = false;             ///< header and body checks, milters
    bool maps_addresses = false;      ///< canonical, virtual, masquerade, bcc
    bool adds_bcc = false;            ///< always_bcc, sender_bcc_maps, recipient_bcc_maps
    bool adds_missing_headers = false;///< local clients: From, Date, Message-Id, To
    bool holds = false;               ///< into the hold queue
    bool smtputf8 = false;            ///< the sender asked for SMTPUTF8
    bool smtputf8_autodetect = false;
    bool uses_milters = false;        ///< non_smtpd_milters
    bool awaits_edits = false;        ///< the client's own milters look at the message
    std::string message_class;        ///< "", "notify": internal_mail_filter_classes
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("bounces", self.bounces);
        visit("filters", self.filters);
        visit("maps_addresses", self.maps_addresses);
        visit("adds_bcc", self.adds_bcc);
        visit("adds_missing_headers", self.adds_missing_headers);
        visit("holds", self.holds);
        visit("smtputf8", self.smtputf8);
        visit("smtputf8_autodetect", self.smtputf8_autodetect);
        visit("uses_milters", self.uses_milters);
        visit("awaits_edits", self.awaits_edits);
        visit("message_class", self.message_class);
    }
};

/// The content of the request is a sequence of queue-file records (lib/queue/record.h): envelope
/// (T, A, S, O, R ... ), M, content (N, L), X, extracted, E. Of attributes, only those
/// that lib/queue/maildrop.h allows to the role of the client have an effect.
/// With awaits_edits, and after the message is written, a second part follows: one X record whose
/// data is a coded milter::Edits, the lines of the new body when there is one, E. Without all of
/// it nothing of the message stays.
struct Submit {
    static constexpr std::string_view frame_name = "submit";
    using Reply = Submitted;
    CleanupOptions options;
    /// The Received: header, around the queue id that only cleanup knows: text before and after.
    /// Both empty: none is added.
    std::string received_before, received_after;
    /// The client wants to know the queue id before it knows the rest: cleanup makes the file and
    /// says its id. The other fields do not count; the content begins with an X record, whose data
    /// is the coded Submit that does.
    bool begins_early = false;
    /// The client says in the log from whom the message is, when it has the answer: a place is kept
    /// for its line before those of who handles the message from then on.
    bool is_reported = false;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("options", self.options);
        visit("received_before", self.received_before);
        visit("received_after", self.received_after);
        visit("begins_early", self.begins_early);
        visit("is_reported", self.is_reported);
    }
};

}  // namespace postern::service
