// What qmgr asks of a delivery agent (private/smtp, private/local ...).
#pragma once

#include "lib/base/clock.h"
#include "lib/service/codec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace postern::service {

struct DeliveryRecipient {
    std::string address;              ///< as resolved; internal form
    std::string original;             ///< as the sender wrote it
    std::string dsn_orcpt;            ///< "rfc822;address", or ""
    std::int64_t notify = 0;          ///< bits of mail::Notify
    std::int64_t offset = 0;          ///< of its record in the queue file; 0: none to mark
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("address", self.address);
        visit("original", self.original);
        visit("dsn_orcpt", self.dsn_orcpt);
        visit("notify", self.notify);
        visit("offset", self.offset);
    }
};

enum class Outcome {
    delivered,     ///< final, and marked in the queue file by the agent
    deferred,      ///< try again later
    bounced,       ///< failed for good
};

/// What became of one recipient; said when it is final for this attempt, and logged by the agent.
/// A recipient that stands for several (an alias) has several results; it is done when none of
/// them is deferred.
struct DeliveryResult {
    std::int64_t recipient = 0;     ///< index into the request
    std::string address;            ///< of the one that it is about, where that is another
    Outcome outcome = Outcome::deferred;
    std::string status = "4.0.0";   ///< enhanced status code
    std::string reason;             ///< the text in parentheses in the log, and in reports
    std::string action;             ///< RFC 3464: "" as outcome says; relayed, delivered, expanded
    std::string diag_type, diag_text, mta_type, mta_name;   ///< for reports; as in message logs
    std::string relay;              ///< "none", "local", "mx.example[192.0.2.1]:25"
    /// Its success is not ours to report: the next server does (RFC 3461 section 5.2.7), or the
    /// report on a list stands for its members.
    bool dsn_passed_on = false;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("recipient", self.recipient);
        visit("address", self.address);
        visit("outcome", self.outcome);
        visit("status", self.status);
        visit("reason", self.reason);
        visit("action", self.action);
        visit("diag_type", self.diag_type);
        visit("diag_text", self.diag_text);
        visit("mta_type", self.mta_type);
        visit("mta_name", self.mta_name);
        visit("relay", self.relay);
        visit("dsn_passed_on", self.dsn_passed_on);
    }
};

struct DeliveryReply {
    std::vector<DeliveryResult> results;   ///< at least one for each recipient
    /// The destination as a whole cannot be reached ("" it can): counts against it in the
    /// scheduler's feedback. The text is the reason, the status comes with it.
    std::string dead_status, dead_reason;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("results", self.results);
        visit("dead_status", self.dead_status);
        visit("dead_reason", self.dead_reason);
    }
};

/// One message for recipients with the same nexthop.
struct DeliveryRequest {
    static constexpr std::string_view frame_name = "deliver";
    static constexpr bool outlives_client = true;
    using Reply = DeliveryReply;

    std::string queue_id;
    std::string nexthop;
    std::string sender;                 ///< internal form; "" is the null sender
    std::vector<DeliveryRecipient> recipients;
    std::int64_t message_size = 0;      ///< of the content
    std::int64_t data_offset = 0, data_size = 0;   ///< as in the size record
    std::string encoding;               ///< "7bit", "8bit" or ""
    bool is_smtputf8 = false;           ///< SMTPUTF8 was asked for
    bool has_utf8 = false;              ///< in its sender or its header
    std::string rewrite_context;        ///< "local" or "remote"
    std::string dsn_envid;
    std::int64_t dsn_ret = 0;
    bool for_verification = false;      ///< probe only: log "deliverable", deliver nothing
    bool traces = false;                ///< sendmail -v, NOTIFY=SUCCESS: record what was done
    WallTime arrival;                   ///< of the message
    WallTime active;                    ///< when it entered the active queue
    WallTime handed_over;               ///< when this request was made
    /// Of the client, for XFORWARD, pipe macros and local's environment: names as the attributes
    /// of queue files (client_name, client_address, helo_name, sasl_method, log_ident ...).
    struct Attribute {
        std::string name, value;
        template <class Self, class Visit>
        static void fields(Self& self, Visit&& visit) {
            visit("name", self.name);
            visit("value", self.value);
        }
    };
    std::vector<Attribute> attributes;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("queue_id", self.queue_id);
        visit("nexthop", self.nexthop);
        visit("sender", self.sender);
        visit("recipients", self.recipients);
        visit("message_size", self.message_size);
        visit("data_offset", self.data_offset);
        visit("data_size", self.data_size);
        visit("encoding", self.encoding);
        visit("is_smtputf8", self.is_smtputf8);
        visit("has_utf8", self.has_utf8);
        visit("rewrite_context", self.rewrite_context);
        visit("dsn_envid", self.dsn_envid);
        visit("dsn_ret", self.dsn_ret);
        visit("for_verification", self.for_verification);
        visit("traces", self.traces);
        visit("arrival", self.arrival);
        visit("active", self.active);
        visit("handed_over", self.handed_over);
        visit("attributes", self.attributes);
    }
};

}  // namespace postern::service
