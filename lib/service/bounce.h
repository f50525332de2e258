// Requests to bounce, defer and trace (private/bounce, private/defer, private/trace): the logs of
// what became of recipients, and the messages that tell the sender.
#pragma once

#include "lib/base/clock.h"
#include "lib/service/codec.h"

#include <cstdint>
#include <string>
#include <vector>

namespace postern::service {

/// What became of one recipient; the fields are those of queue::LogEntry.
struct BounceEntry {
    std::string recipient, original, dsn_orcpt;
    std::int64_t notify = 0;
    std::int64_t offset = 0;
    std::string status, action, diag_type, diag_text, mta_type, mta_name, reason;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("recipient", self.recipient);
        visit("original", self.original);
        visit("dsn_orcpt", self.dsn_orcpt);
        visit("notify", self.notify);
        visit("offset", self.offset);
        visit("status", self.status);
        visit("action", self.action);
        visit("diag_type", self.diag_type);
        visit("diag_text", self.diag_text);
        visit("mta_type", self.mta_type);
        visit("mta_name", self.mta_name);
        visit("reason", self.reason);
    }
};

/// Adds to the log of a message, in the folder of the service that is asked (bounce, defer,
/// trace). Answered when the entries are synced (defer and trace: written).
struct BounceAppend {
    static constexpr std::string_view frame_name = "append";
    static constexpr bool outlives_client = true;
    using Reply = Done;
    std::string queue_id;
    std::vector<BounceEntry> entries;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("queue_id", self.queue_id);
        visit("entries", self.entries);
    }
};

enum class ReportKind {
    bounce,      ///< non-delivery: the entries of the bounce log; the log is removed after
    delay,       ///< delay warning: the entries of the defer log, which stays
    trace,       ///< delivery report: the entries of the trace log; removed after
    verify,      ///< verbose report for sendmail -v and -bv: the trace log; removed after
    one_entry,   ///< bounce of the entries in the request, without a log (VERP, cleanup)
};

/// Sends the report of a message to its sender (or to the postmaster, as notify_classes and the
/// rules on the null and double-bounce senders say). Answered when the report is in the queue, or
/// was not due. Temporary error: try again, nothing was removed.
struct SendReport {
    static constexpr std::string_view frame_name = "send_report";
    static constexpr bool outlives_client = true;
    using Reply = Done;
    ReportKind kind = ReportKind::bounce;
    std::string queue_id;
    std::string queue_name;      ///< where the message lies: active, deferred, incoming
    std::string sender;
    std::string encoding;
    bool is_smtputf8 = false;
    std::string dsn_envid;
    std::int64_t dsn_ret = 0;
    std::string verp_delimiters; ///< not "": one report for each recipient, to its own address
    std::vector<BounceEntry> entries;   ///< with one_entry
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("kind", self.kind);
        visit("queue_id", self.queue_id);
        visit("queue_name", self.queue_name);
        visit("sender", self.sender);
        visit("encoding", self.encoding);
        visit("is_smtputf8", self.is_smtputf8);
        visit("dsn_envid", self.dsn_envid);
        visit("dsn_ret", self.dsn_ret);
        visit("verp_delimiters", self.verp_delimiters);
        visit("entries", self.entries);
    }
};

}  // namespace postern::service
