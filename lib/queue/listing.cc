#include "lib/queue/listing.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <unordered_set>

namespace postern::queue {
namespace {

constexpr std::array listed_queues = {Queue::maildrop, Queue::active, Queue::incoming,
                                      Queue::deferred, Queue::hold};
constexpr std::array logs = {Queue::defer, Queue::bounce};
constexpr std::size_t recipients_at_once = 100;

void append_pair(std::string& block, std::string_view name, std::string_view value) {
    block.append(name) += '\0';
    block.append(value.substr(0, value.find('\0'))) += '\0';
}

}  // namespace

/// The message at hand.
struct Listing::Message {
    Message(QueueId message_id, Fd opened, const std::string& path)
        : id(std::move(message_id)), file(std::move(opened)), reader(file.get(), path) {}

    QueueId id;
    Fd file;
    EnvelopeReader reader;
    std::size_t next_log = 0;  ///< logs that were opened already
    std::optional<LogReader> log;
    std::unordered_set<std::string> seen;
};

Listing::Listing(Spool spool, Settings settings)
    : spool_(std::move(spool)), settings_(std::move(settings)) {}

Listing::~Listing() = default;

Queue Listing::queue() const {
    return listed_queues[queue_index_];
}

bool Listing::fill(std::string& block, std::size_t size) {
    if (!std::exchange(has_begun_, true)) {
        append_pair(block, "protocol", listing_protocol);
        block += '\0';
    }
    while (block.size() < size) {
        if (!step(block)) return false;
    }
    return true;
}

bool Listing::step(std::string& block) {
    if (!message_) {
        if (open_next(block)) return true;
        block += '\0';
        return false;
    }
    if (append_logged(block) || append_queued(block)) return true;
    block += '\0';
    message_.reset();
    return true;
}

/// Goes on to the next message that can be listed; false when there is none.
bool Listing::open_next(std::string& block) {
    while (auto entry = next_entry()) {
        if (entry->id && open(*entry, block)) return true;
    }
    return false;
}

std::optional<ScanEntry> Listing::next_entry() {
    for (; queue_index_ < listed_queues.size(); ++queue_index_, scan_.reset()) {
        if (!scan_) scan_.emplace(spool_, queue());
        for (;;) {
            auto entry = scan_->next();
            if (entry && *entry) return std::move(**entry);
            if (entry) break;
            warnings_.push_back(entry.error().text);
        }
    }
    return {};
}

/// Files that are not complete, or gone meanwhile, are passed over. In maildrop they belong to
/// whoever sent them.
bool Listing::open(const ScanEntry& entry, std::string& block) {
    auto file = spool_.open_file(queue(), *entry.id, O_RDONLY);
    if (file && !*file) return false;
    auto status =
        file ? status_of((*file)->get(), entry.path()) : Result<struct stat>(file.error());
    if (!status) {
        warnings_.push_back(status.error().text);
        return false;
    }
    if (!S_ISREG(status->st_mode) || (status->st_mode & S_IXUSR) == 0) return false;
    auto message = std::make_unique<Message>(*entry.id, std::move(**file), entry.path());
    const auto envelope = message->reader.read(recipients_at_once);
    if (!envelope) {
        warnings_.push_back(envelope.error().text);
        return false;
    }
    const bool has_size = envelope->sizes.data_size > 0;
    append_pair(block, "queue_name", name_of(queue()));
    append_pair(block, "queue_id", entry.id->text());
    append_pair(block, "time", std::to_string(to_unix(envelope->arrival)));
    append_pair(block, "size",
                std::to_string(has_size ? envelope->sizes.data_size : status->st_size));
    append_pair(block, "forced_expire", (status->st_mode & S_IXGRP) != 0 ? "1" : "0");
    append_pair(block, "sender",
                envelope->sender.empty() ? settings_.empty_address_recipient : envelope->sender);
    if (queue() == Queue::maildrop) message->next_log = logs.size();  // it was not tried yet
    message_ = std::move(message);
    return true;
}

/// One recipient of a log; false when there are no more.
bool Listing::append_logged(std::string& block) {
    Message& message = *message_;
    for (; message.log || message.next_log < logs.size(); message.log.reset()) {
        if (!message.log) {
            auto log = open_log(spool_, logs[message.next_log++], message.id);
            if (!log) warnings_.push_back(log.error().text);
            if (!log || !*log) continue;
            message.log = std::move(*log);
        }
        auto entry = message.log->next();
        if (!entry) warnings_.push_back(entry.error().text);
        if (!entry || !*entry) continue;
        if (remember((*entry)->recipient)) {
            append_recipient(block, (*entry)->recipient, (*entry)->reason,
                             (*entry)->original_recipient,
                             logs[message.next_log - 1] == Queue::bounce);
        }
        return true;
    }
    return false;
}

bool Listing::append_queued(std::string& block) {
    const auto recipients = message_->reader.recipients(recipients_at_once);
    if (!recipients) warnings_.push_back(recipients.error().text);
    if (!recipients || recipients->empty()) return false;
    for (const Recipient& recipient : *recipients) {
        if (remember(recipient.address))
            append_recipient(block, recipient.address, {}, recipient.original, false);
    }
    return true;
}

/// False for an address that was listed already, as far as the filter remembers.
bool Listing::remember(const std::string& address) {
    auto& seen = message_->seen;
    if (seen.contains(address)) return false;
    if (seen.size() < settings_.duplicate_filter_limit) seen.insert(address);
    return true;
}

void Listing::append_recipient(std::string& block, std::string_view address,
                               std::string_view reason, std::string_view original,
                               bool is_bounced) const {
    append_pair(block, "recipient", address);
    append_pair(block, "reason", reason);
    if (!settings_.is_detailed) return;
    if (!original.empty() && original != address) append_pair(block, "orig_address", original);
    if (is_bounced) append_pair(block, "bounced", "1");
}

}  // namespace postern::queue
