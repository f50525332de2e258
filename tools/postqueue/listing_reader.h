// Reads the listing of the queue (lib/queue/listing.h) message by message.
#pragma once

#include "lib/base/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace postern::postqueue {

struct ListedMessage {
    std::string queue_name, queue_id, sender;
    std::int64_t arrival_time = 0;
    std::int64_t size = 0;
    bool is_force_expired = false;
};

struct ListedRecipient {
    std::string address, reason;
    std::string orig_address;  ///< of a detailed listing
    bool has_bounced = false;
};

class ListingReader {
public:
    /// Gives the next bytes, "" at their end.
    using Source = std::function<Result<std::string>()>;

    explicit ListingReader(Source source) : source_(std::move(source)) {}

    /// The next message; its recipients are read before the next one. Nothing at the end.
    /// Error: permanent, no such listing, or it ends too early; errors of the source.
    Result<std::optional<ListedMessage>> next_message();
    Result<std::optional<ListedRecipient>> next_recipient();

private:
    Result<std::string> word();
    Result<std::string> value_of(std::string_view name);
    Result<void> begin();
    Result<bool> more_of_recipient(ListedRecipient& recipient);

    Source source_;
    std::string buffer_;
    std::size_t position_ = 0;
    std::optional<std::string> ahead_;  ///< a name that was read already
    bool has_begun_ = false;
};

}  // namespace postern::postqueue
