// The end of a delivery attempt for one recipient: the line that everybody reads.
#pragma once

#include "lib/mail/status_code.h"
#include "lib/report/counters.h"
#include "lib/report/record.h"
#include "lib/report/wording.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::report {

/// What `delays=a/b/c/d` tells.
struct Delays {
    microseconds before_queue{0};   ///< a: from arrival to the last entry into the active queue
    microseconds in_queue{0};       ///< b: from there to the connection's setup
    microseconds connecting{0};     ///< c: DNS, connection, greeting, EHLO, STARTTLS
    microseconds sending{0};        ///< d: from MAIL FROM to the end

    microseconds total() const { return before_queue + in_queue + connecting + sending; }
};

enum class DeliveryStatus { sent, deferred, bounced, soft_bounce, expired, deliverable, undeliverable };
/// "sent", "SOFTBOUNCE" ...: as the line has it.
std::string_view status_text(DeliveryStatus status) noexcept;

/// "QUEUEID: to=<c@d.example>, orig_to=<root>, relay=mail.example[192.0.2.1]:25, conn_use=2,
/// delay=0.35, delays=0.1/0.01/0.2/0.04, tls=may, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
struct DeliveryAttempted {
    static constexpr std::string_view name = "delivery_attempted";
    std::string_view queue_id;
    std::string_view recipient;            ///< internal form
    std::string_view original_recipient;   ///< left out when empty or the same
    std::string_view relay = "none";       ///< "local", "virtual", "none", host_and_port() ...
    std::uint32_t connection_use = 1;      ///< deliveries over this connection; shown from 2
    Delays delays;
    std::string_view tls;                  ///< features, "may", "dane:encrypt"; may be empty
    mail::StatusCode status_code;
    DeliveryStatus status = DeliveryStatus::deferred;
    std::string_view text;                 ///< in parentheses

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const;
};

}  // namespace postern::report
