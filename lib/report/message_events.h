// What happens to a message between its arrival and its end: pickup, cleanup, qmgr, bounce.
#pragma once

#include "lib/base/log.h"
#include "lib/report/counters.h"
#include "lib/report/record.h"
#include "lib/report/smtpd_events.h"
#include "lib/report/wording.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::report {

/// pickup took a message from maildrop: "QUEUEID: uid=1000 from=<alice>"
struct MailSubmitted {
    static constexpr std::string_view name = "mail_submitted";
    std::string_view queue_id;
    std::uint32_t uid = 0;
    std::string_view sender;   ///< internal form

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::mail_submitted); }
};

/// "QUEUEID: message-id=<a@b.example>", "QUEUEID: resent-message-id=..."; the id as the header field
/// has it.
struct MessageIdentified {
    static constexpr std::string_view name = "message_identified";
    std::string_view queue_id;
    std::string_view message_id;
    bool is_resent = false;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "QUEUEID: canceled": a transaction that was begun and not finished.
struct MessageCanceled {
    static constexpr std::string_view name = "message_canceled";
    std::string_view queue_id;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// header_checks and their like: "QUEUEID: reject: header Subject: win! from mail.example[192.0.2.1];
/// from=<...> to=<...> proto=ESMTP helo=<...>: text of the table".
struct ContentActedOn {
    static constexpr std::string_view name = "content_acted_on";
    std::string_view queue_id;
    std::string_view action;    ///< reject warning hold discard filter redirect replace prepend ...
    std::string_view part;      ///< "header", "body", "mime-error" ...
    std::string_view content;   ///< the header field or body line
    Peer client;                ///< the origin; name "local" without an address for mail from pickup
    Transaction transaction;
    std::string_view text;      ///< optional

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const;
};

/// "QUEUEID: from=<a@b.example>, size=600, nrcpt=1 (queue active)"
struct MessageActive {
    static constexpr std::string_view name = "message_active";
    std::string_view queue_id;
    std::string_view sender;   ///< internal form
    std::int64_t size = 0;     ///< bytes of content
    std::int64_t recipients = 0;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::messages_active); }
};

/// "QUEUEID: from=<a@b.example>, status=expired, returned to sender"; "force-expired" when postsuper
/// asked for it.
struct MessageExpired {
    static constexpr std::string_view name = "message_expired";
    std::string_view queue_id;
    std::string_view sender;
    bool is_forced = false;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::messages_expired); }
};

/// "QUEUEID: removed"
struct MessageRemoved {
    static constexpr std::string_view name = "message_removed";
    std::string_view queue_id;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::messages_removed); }
};

/// "QUEUEID: sender non-delivery notification: NEWID"
struct NotificationSent {
    static constexpr std::string_view name = "notification_sent";
    enum class To { sender, postmaster };
    enum class Kind { non_delivery, delay, delivery_status };
    std::string_view queue_id;
    To to = To::sender;
    Kind kind = Kind::non_delivery;
    std::string_view notification_id;   ///< the queue id of the notification

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::notifications_sent); }
};

/// "QUEUEID: sender notification failed to <a@b.example>: reason"
struct NotificationFailed {
    static constexpr std::string_view name = "notification_failed";
    std::string_view queue_id;
    NotificationSent::To to = NotificationSent::To::sender;
    std::string_view address;   ///< internal form
    std::string_view reason;    ///< may be empty

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// What postsuper did to a message: "QUEUEID: placed on hold"
struct MessageTreated {
    static constexpr std::string_view name = "message_treated";
    enum class Treatment { removed, held, released, requeued, expired };
    std::string_view queue_id;
    Treatment treatment = Treatment::removed;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// And how many in all: "Placed on hold: 2 messages"
struct MessagesTreated {
    static constexpr std::string_view name = "messages_treated";
    MessageTreated::Treatment treatment = MessageTreated::Treatment::removed;
    std::int64_t messages = 0;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

}  // namespace postern::report
