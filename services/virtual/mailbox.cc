// Delivery to virtual mailboxes; see the header.
#include "services/virtual/mailbox.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <limits>

namespace postern::virtual_ {

using delivery::Settlement;

namespace {

/// A full mailbox fails for good; whatever else is wrong with it may be mended.
mail::StatusCode status_of(const Error& error) {
    return error.code == Errc::too_long ? mail::StatusCode{5, 2, 2} : mail::StatusCode{4, 2, 0};
}

Error bad_number(std::string_view kind, std::string_view value) {
    return permanent(fmt::format("bad {} {} in virtual_{}_maps", kind, value, kind));
}

}  // namespace

Mailboxes::Mailboxes(const config::Config& config, service::Tables& tables,
                     delivery::MailboxWriter writer, const Log& log)
    : writer_(writer),
      log_(log),
      base_(config.text("virtual_mailbox_base")),
      myhostname_(config.text("myhostname")),
      relay_(config.service_name()),
      enable_original_recipient_(config.boolean("enable_original_recipient")),
      strict_ownership_(config.boolean("strict_mailbox_ownership")),
      limit_(config.bytes("virtual_mailbox_limit")),
      queue_device_(delivery::queue_device()),
      minimum_uid_(static_cast<std::uint32_t>(config.number("virtual_minimum_uid"))) {
    auto mbox = delivery::MboxSettings::from(config, "virtual_mailbox_lock");
    if (!mbox) log_.fatal("{}", mbox.error().text);
    mbox_ = std::move(*mbox);
    mbox_.size_limit = limit_;
    if (limit_ != 0 && limit_ < config.bytes("message_size_limit"))
        log_.fatal("configuration error: virtual_mailbox_limit is smaller than message_size_limit");
    if (base_.empty())
        log_.fatal("{}", config.error_in("virtual_mailbox_base", "empty value").text);
    keys_.recipient_delimiter = config.text("recipient_delimiter");
    keys_.owner_request_special = config.boolean("owner_request_special");
    table::OpenOptions sensitive;
    sensitive.is_sensitive = true;
    mailboxes_ = tables.open("virtual_mailbox_maps", sensitive);
    uids_ = tables.open("virtual_uid_maps", sensitive);
    gids_ = tables.open("virtual_gid_maps", sensitive);
    const std::string filter = "virtual_delivery_status_filter";
    filter_.emplace(filter, tables.open(filter), log_);
}

Task<void> Mailboxes::deliver(delivery::Job& job) const {
    for (const std::size_t index : job.open_recipients()) {
        const auto& recipient = job.request().recipients[index];
        auto settlement = co_await deliver_to(job, recipient.address, recipient.original);
        settlement.relay = relay_;
        job.settle(index, co_await filter_->filtered(std::move(settlement)));
    }
}

Task<Settlement> Mailboxes::deliver_to(const delivery::Job& job, std::string address,
                                       std::string original) const {
    auto mailbox = co_await find(address);
    if (!mailbox) {
        log_.warning("recipient {}: {}", address, mailbox.error().text);
        co_return Settlement::failed({4, 3, 5}, "mail system configuration error");
    }
    if (!*mailbox)
        co_return Settlement::failed({5, 1, 1}, fmt::format("unknown user: \"{}\"", address));
    const std::string_view kind = (*mailbox)->is_maildir() ? "maildir" : "mailbox";
    if (job.request().for_verification)
        co_return Settlement::sent(fmt::format("delivers to {}", kind));
    auto head = delivery::delivery_fields(job.request().sender,
                                          enable_original_recipient_ ? original : "", address);
    auto written = co_await write(job, **mailbox, std::move(head));
    if (!written)
        co_return Settlement::failed(status_of(written.error()), written.error().text)
            .diagnosed(delivery::mailbox_diagnosis(written.error()));
    co_return Settlement::sent(fmt::format("delivered to {}", kind));
}

Task<Result<std::optional<Mailbox>>> Mailboxes::find(std::string address) const {
    auto match = co_await mail::find_address(mailboxes_, address, keys_);
    if (!match) co_return match.error();
    if (!*match) co_return std::optional<Mailbox>();
    auto user = co_await number(uids_, address, "uid");
    if (!user) co_return user.error();
    if (*user < minimum_uid_ || *user == 0) co_return bad_number("uid", std::to_string(*user));
    auto group = co_await number(gids_, address, "gid");
    if (!group) co_return group.error();
    if (*group == 0) co_return bad_number("gid", "0");
    co_return std::optional(Mailbox{base_ + "/" + (*match)->value, {*user, *group}});
}

/// `kind`: uid or gid.
Task<Result<std::uint32_t>> Mailboxes::number(const table::Maps& maps, std::string address,
                                              std::string kind) const {
    auto match = co_await mail::find_address(maps, address, keys_);
    if (!match) co_return match.error();
    if (!*match) co_return permanent(fmt::format("not found in virtual_{}_maps", kind));
    const auto value = parse_number((*match)->value);
    if (!value || *value > std::numeric_limits<std::uint32_t>::max())
        co_return bad_number(kind, (*match)->value);
    co_return static_cast<std::uint32_t>(*value);
}

Task<Result<void>> Mailboxes::write(const delivery::Job& job, Mailbox mailbox,
                                    std::string head) const {
    if (mailbox.is_maildir()) {
        mailbox.path.pop_back();
        auto done = co_await writer_.deliver(
            mailbox.owner, {std::move(mailbox.path), myhostname_, queue_device_, limit_},
            std::move(head), job);
        if (!done) co_return done.error().in("maildir delivery failed");
        co_return success();
    }
    delivery::MboxSettings settings = mbox_;
    if (strict_ownership_) settings.owner = mailbox.owner.user;
    auto done = co_await writer_.append(mailbox.owner, mailbox.path, job.request().sender,
                                        std::move(head), job, std::move(settings));
    if (!done) co_return done.error().in("delivery failed to mailbox " + mailbox.path);
    co_return success();
}

}  // namespace postern::virtual_
