// The listing of the queue as it goes over public/showq, which postqueue(1) and monitoring
// programs read. Names and values, each ended by NUL; a further NUL ends a group:
//
//   protocol NUL mail_queue_list_protocol NUL NUL
//   queue_name NUL deferred NUL queue_id NUL ID NUL time NUL SECONDS NUL size NUL BYTES NUL
//     forced_expire NUL 0 NUL sender NUL ADDRESS NUL
//     recipient NUL ADDRESS NUL reason NUL TEXT NUL    (for each recipient)
//     NUL                                              (for each message)
//   NUL
//
// Recipients that are in the message's logs come first, with their reasons; the others have the
// empty reason. A detailed listing has also, after a reason, orig_address (where it differs) and
// bounced (1: the reason is one of the bounce log): what only our own postqueue asks for.
#pragma once

#include "lib/queue/envelope_reader.h"
#include "lib/queue/message_log.h"
#include "lib/queue/scan.h"
#include "lib/queue/spool.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::queue {

inline constexpr std::string_view listing_protocol = "mail_queue_list_protocol";

class Listing {
public:
    struct Settings {
        std::size_t duplicate_filter_limit = 1000;  ///< recipients remembered, of one message
        std::string empty_address_recipient = "MAILER-DAEMON";  ///< stands for the null sender
        bool is_detailed = false;
    };

    Listing(Spool spool, Settings settings);
    ~Listing();
    Listing(const Listing&) = delete;

    /// Appends what comes next, until `block` has at least `size` bytes, or one recipient more.
    /// False at the end of the listing. Memory: one message's envelope and the filter.
    bool fill(std::string& block, std::size_t size);
    /// Files that could not be read since the last call, for the log.
    std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }

private:
    struct Message;

    bool step(std::string& block);
    bool open_next(std::string& block);
    std::optional<ScanEntry> next_entry();
    bool open(const ScanEntry& entry, std::string& block);
    bool append_logged(std::string& block);
    bool append_queued(std::string& block);
    void append_recipient(std::string& block, std::string_view address, std::string_view reason,
                          std::string_view original, bool is_bounced) const;
    bool remember(const std::string& address);
    Queue queue() const;

    const Spool spool_;
    const Settings settings_;
    std::size_t queue_index_ = 0;
    std::optional<QueueScan> scan_;
    std::unique_ptr<Message> message_;
    std::vector<std::string> warnings_;
    bool has_begun_ = false;
};

}  // namespace postern::queue
