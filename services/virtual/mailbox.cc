// Delivery to virtual mailboxes; see the header.
#include "services/virtual/mailbox.h"

#include "lib/base/strings.h"
#include "lib/delivery/copy.h"
#include "lib/delivery/maildir.h"

#include <fmt/format.h>
#include <unistd.h>

#include <limits>

namespace postern::virtual_ {

using delivery::Settlement;
using service::Outcome;

namespace {

Settlement settled(Outcome outcome, mail::StatusCode status, std::string text) {
    Settlement settlement;
    settlement.outcome = outcome;
    settlement.status = status;
    settlement.text = std::move(text);
    settlement.relay = "virtual";
    return settlement;
}

/// What writing came to: a full mailbox and a wrong kind of file fail for good, the rest may
/// get better.
Settlement from_error(const Error& error) {
    const mail::StatusCode status = delivery::mailbox_status(error);
    return settled(status.is_permanent() ? Outcome::bounced : Outcome::deferred, status,
                   error.text);
}

}  // namespace

Mailboxes::Mailboxes(const config::Config& config, service::Tables& tables, event::Loop& loop,
                     const Log& log)
    : loop_(loop),
      log_(log),
      base_(config.text("virtual_mailbox_base")),
      myhostname_(config.text("myhostname")),
      minimum_uid_(static_cast<std::uint32_t>(config.number("virtual_minimum_uid"))) {
    auto mbox = delivery::MboxSettings::from(config, "virtual_mailbox_lock");
    if (!mbox) log_.fatal("{}", mbox.error().text);
    mbox_ = std::move(*mbox);
    delivery::limit_file_size(config.bytes("virtual_mailbox_limit"));
    keys_.recipient_delimiter = config.text("recipient_delimiter");
    keys_.owner_request_special = config.boolean("owner_request_special");
    table::OpenOptions sensitive;
    sensitive.is_sensitive = true;
    mailboxes_ = tables.open("virtual_mailbox_maps", sensitive);
    uids_ = tables.open("virtual_uid_maps", sensitive);
    gids_ = tables.open("virtual_gid_maps", sensitive);
}

Task<void> Mailboxes::deliver(delivery::Job& job) const {
    for (const std::size_t index : job.open_recipients()) {
        const auto& recipient = job.request().recipients[index];
        job.settle(index, co_await deliver_to(job, recipient.address, recipient.original));
    }
}

Task<Settlement> Mailboxes::deliver_to(const delivery::Job& job, std::string address,
                                       std::string original) const {
    auto mailbox = co_await find(address);
    if (!mailbox) {
        log_.warning("recipient {}: {}", address, mailbox.error().text);
        co_return settled(Outcome::deferred, {4, 3, 5}, "mail system configuration error");
    }
    if (!*mailbox)
        co_return settled(Outcome::bounced, {5, 1, 1},
                          fmt::format("unknown user: \"{}\"", address));
    Settlement sent =
        settled(Outcome::delivered, {2, 0, 0},
                (*mailbox)->is_maildir() ? "delivered to maildir" : "delivered to mailbox");
    sent.action = "delivered";
    if (job.request().for_verification) {
        sent.text = (*mailbox)->is_maildir() ? "delivers to maildir" : "delivers to mailbox";
        co_return sent;
    }
    auto written =
        write(job, **mailbox, delivery::delivery_fields(job.request().sender, original, address));
    if (!written) co_return from_error(written.error());
    co_return sent;
}

Task<Result<std::optional<Mailbox>>> Mailboxes::find(std::string address) const {
    auto match = co_await mail::find_address(mailboxes_, address, keys_);
    if (!match) co_return match.error();
    if (!*match) co_return std::optional<Mailbox>();
    auto user = co_await number(uids_, address, "virtual_uid_maps");
    if (!user) co_return user.error();
    auto group = co_await number(gids_, address, "virtual_gid_maps");
    if (!group) co_return group.error();
    if (*user < minimum_uid_)
        co_return permanent(fmt::format("bad uid {} in virtual_uid_maps", *user));
    co_return std::optional(Mailbox{base_ + "/" + (*match)->value, {*user, *group}});
}

Task<Result<std::uint32_t>> Mailboxes::number(const table::Maps& maps, std::string address,
                                              std::string parameter) const {
    auto match = co_await mail::find_address(maps, address, keys_);
    if (!match) co_return match.error();
    const auto value = *match ? parse_number((*match)->value) : std::nullopt;
    if (!value || *value > std::numeric_limits<std::uint32_t>::max())
        co_return permanent(fmt::format("{}: no usable number for {}", parameter, address));
    co_return static_cast<std::uint32_t>(*value);
}

Result<void> Mailboxes::write(const delivery::Job& job, const Mailbox& mailbox,
                              std::string head) const {
    std::optional<service::ActingAs> owner;
    if (::getuid() == 0) owner.emplace(mailbox.owner);
    const WallTime now = loop_.clock().wall();
    if (!mailbox.is_maildir())
        return delivery::append_to_mbox(mailbox.path, job.request().sender, std::move(head),
                                        job.content(), mbox_, now, log_);
    const std::string directory = mailbox.path.substr(0, mailbox.path.size() - 1);
    return delivery::deliver_to_maildir(
        {directory, myhostname_, is_on_other_file_system(directory)}, std::move(head),
        job.content(), now);
}

bool Mailboxes::is_on_other_file_system(const std::string& path) const {
    auto queue = status_of_path(".");
    auto mailbox = status_of_path(path);
    // A mailbox that is not there yet is made, and its folder's entry matters as much.
    return !queue || !mailbox || !*mailbox || (*queue)->st_dev != (*mailbox)->st_dev;
}

}  // namespace postern::virtual_
