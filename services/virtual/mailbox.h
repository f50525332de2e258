// The mailboxes of virtual(8): found by address in tables, owned by whoever tables say.
#pragma once

#include "lib/config/config.h"
#include "lib/delivery/job.h"
#include "lib/delivery/mailbox_writer.h"
#include "lib/delivery/status_filter.h"
#include "lib/mail/address_lookup.h"
#include "lib/service/identity.h"
#include "lib/service/tables.h"

#include <optional>
#include <string>

namespace postern::virtual_ {

/// A mailbox: a path that ends with "/" is a Maildir.
struct Mailbox {
    std::string path;
    service::Identity owner;
    bool is_maildir() const { return path.ends_with('/'); }
};

class Mailboxes {
public:
    /// References outlive it.
    Mailboxes(const config::Config& config, service::Tables& tables,
              delivery::MailboxWriter writer, const Log& log);

    /// Delivers to each recipient in turn, and settles it.
    Task<void> deliver(delivery::Job& job) const;

private:
    Task<delivery::Settlement> deliver_to(const delivery::Job& job, std::string address,
                                          std::string original) const;
    /// Nothing: no such user.
    Task<Result<std::optional<Mailbox>>> find(std::string address) const;
    Task<Result<std::uint32_t>> number(const table::Maps& maps, std::string address,
                                       std::string kind) const;
    Task<Result<void>> write(const delivery::Job& job, Mailbox mailbox, std::string head) const;

    const delivery::MailboxWriter writer_;
    const Log& log_;
    std::string base_, myhostname_, relay_;
    bool enable_original_recipient_, strict_ownership_;
    config::ByteCount limit_;
    std::optional<dev_t> queue_device_;
    std::uint32_t minimum_uid_;
    delivery::MboxSettings mbox_;
    mail::LookupKeys keys_;
    table::Maps mailboxes_, uids_, gids_;
    std::optional<delivery::StatusFilter> filter_;
};

}  // namespace postern::virtual_
