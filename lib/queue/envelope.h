// The envelope of a message as its queue file has it: everything but the content.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/mail/dsn.h"
#include "lib/queue/record.h"
#include "lib/queue/sizes.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::queue {

/// One recipient, with what stands before it in the file.
struct Recipient {
    std::string address;
    std::string original;   ///< as the sender wrote it; "" when the file has none
    std::string dsn_orcpt;  ///< "rfc822;address"; "" when not given
    mail::Notify notify;
    off_t offset = 0;  ///< of its record: what marks it done, what logs tell
};

/// The attributes (`A` records) of a message, in the order of the file. The names that are used:
///
///   trace_flags                        what is asked for beside, or instead of, delivery: see TraceFlags
///   log_ident                          the queue id under which the message is logged
///   rewrite_context                    local or remote
///   encoding                           7bit or 8bit
///   envelope_id, ret_flags             ENVID and RET of the sender
///   notify_flags, dsn_orig_rcpt        before a recipient: in Recipient, not here
///   client_name, reverse_client_name, client_address, client_port, helo_name, protocol_name,
///   client_address_type, server_address, server_port       of the SMTP session, for filters
///   log_client_name, log_client_address, log_client_port, log_message_origin, log_helo_name,
///   log_protocol_name                  the same as XFORWARD gave it: for logs
///   sasl_method, sasl_username, sasl_sender
///   sender_type, message id and others that are passed on unread
///
/// Kept as the records that they are in the file: a queue manager holds those of many thousand
/// messages.
class Attributes {
public:
    /// The last value of the name; nothing when it is not there. Views, here and below, end with
    /// the next set().
    std::optional<std::string_view> find(std::string_view name) const;
    std::string_view value_or(std::string_view name, std::string_view otherwise = {}) const;
    void set(std::string_view name, std::string_view value);
    std::vector<Attribute> all() const;
    /// No more room than is needed, where many are kept.
    void shrink() { records_.shrink_to_fit(); }

private:
    std::string records_;
};

/// Bits of the attribute trace_flags.
struct TraceFlags {
    std::uint64_t bits = 0;

    static constexpr std::uint64_t probe = 256;    ///< verify(8) asks: deliver nothing, tell verify
    static constexpr std::uint64_t verify = 512;   ///< sendmail -bv: deliver nothing, report
    static constexpr std::uint64_t record = 1024;  ///< sendmail -v: report the first attempt
    bool has(std::uint64_t flag) const noexcept { return (bits & flag) != 0; }
    bool delivers_nothing() const noexcept { return has(probe | verify); }
};

/// What the message says of itself; recipients are read apart, in pieces.
struct Envelope {
    MessageSizes sizes;
    WallTime arrival;                 ///< when it came in (`T`)
    std::optional<WallTime> created;  ///< when this file was made; later after a requeue
    std::string sender;               ///< "" is the null sender
    std::string full_name;
    std::string content_filter;         ///< transport:nexthop; "" is none
    std::string redirect;               ///< the one recipient instead of all; "" is none
    std::string verp_delimiters;        ///< "" is none
    std::optional<WallTime> warn_time;  ///< when the sender is told of the delay
    off_t warn_time_offset = 0;         ///< of its record; 0 when there is none
    off_t trace_flags_offset = 0;       ///< of the attribute's record; 0 when there is none
    std::string errors_to;              ///< extracted; "" is none
    std::string return_receipt;         ///< extracted; "" is none
    Attributes attributes;

    std::string_view rewrite_context() const {
        return attributes.value_or("rewrite_context", "local");
    }
    std::string_view encoding() const { return attributes.value_or("encoding"); }
    std::string_view dsn_envelope_id() const { return attributes.value_or("envelope_id"); }
    mail::ReturnContent dsn_return() const;
    TraceFlags trace_flags() const;
};

}  // namespace postern::queue
