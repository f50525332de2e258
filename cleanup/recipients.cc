// Recipients; see the header.
#include "cleanup/recipients.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"

namespace postern::cleanup {

namespace {

/// The ORCPT of a recipient who came without one.
std::string orcpt_of(const std::string& address) {
    return (is_all_ascii(address) ? "rfc822;" : "utf-8;") + mail::external(address);
}

}  // namespace

Task<void> Recipients::write_new(std::vector<DraftRecipient>& recipients) {
    const std::size_t first = std::exchange(written_, recipients.size());
    std::vector<std::string> addresses;
    for (std::size_t i = first; i < recipients.size(); ++i) addresses.push_back(recipients[i].address);
    // Only addresses of the header are left to whom the message is from.
    auto standard = co_await workshop_.rules.standard_form(std::move(addresses), true);
    if (!standard) co_return fate_.fail(standard.error());
    for (std::size_t i = first; i < recipients.size(); ++i) {
        recipients[i].address = std::move((*standard)[i - first]);
        co_await write(recipients[i]);
        if (fate_.is_settled()) co_return;
    }
}

Task<void> Recipients::write(DraftRecipient recipient) {
    auto address = co_await mapped(std::move(recipient.address));
    if (!address) co_return fate_.fail(address.error());
    recipient.address = *address;
    const bool is_bcc = recipient.is_bcc;
    if (recipient.dsn_orcpt.empty() && !is_bcc) recipient.dsn_orcpt = orcpt_of(*address);
    auto final = co_await expanded(recipient);
    if (!final) co_return fail_expansion(final.error());
    note_expansion(recipient, *final);
    for (const DraftRecipient& each : *final) {
        note_utf8(each.address);
        if (!fate_.check(envelope_.write(each))) co_return;
    }
    if (!options_.adds_bcc || is_bcc) co_return;
    auto bcc = co_await workshop_.rules.recipient_bcc(std::move(*address));
    if (!bcc) co_return fate_.fail(bcc.error());
    if (*bcc) co_await write_bcc(std::move(**bcc));
}

Answer<Result<std::string>> Recipients::mapped(std::string address) const {
    if (!options_.maps_addresses) return address;
    return workshop_.rules.canonical(std::move(address), AddressRole::envelope_recipient,
                                     queue_id_);
}

Answer<Result<std::vector<DraftRecipient>>> Recipients::expanded(DraftRecipient recipient) const {
    if (options_.maps_addresses) return workshop_.rules.virtual_aliases(std::move(recipient));
    std::vector<DraftRecipient> itself;
    itself.push_back(std::move(recipient));
    return itself;
}

/// Who asked to hear of success hears that the alias was expanded, once, and nothing of its members
/// (RFC 3461 section 5.2.7.3).
void Recipients::note_expansion(const DraftRecipient& alias, std::vector<DraftRecipient>& members) {
    const bool is_itself = members.size() == 1 && same(members.front().address, alias.address);
    if (!alias.notify.has(mail::Notify::success) || is_itself) return;
    service::BounceEntry entry;
    entry.recipient = alias.address;
    entry.original = alias.original;
    entry.dsn_orcpt = alias.dsn_orcpt;
    entry.notify = alias.notify.bits;
    entry.status = "2.0.0";
    entry.action = "expanded";
    entry.reason = "alias expanded";
    expansions_.push_back(std::move(entry));
    sizes_.dsn_options |= static_cast<std::uint32_t>(mail::Notify::success) << 1;
    for (DraftRecipient& member : members) {
        member.notify.bits &= static_cast<std::uint8_t>(~mail::Notify::success);
        if (member.notify.bits == 0) member.notify.bits = mail::Notify::never;
    }
}

Task<void> Recipients::report_expansions() {
    if (expansions_.empty()) co_return;
    auto recorded =
        co_await workshop_.trace.call(service::BounceAppend{queue_id_, std::move(expansions_)},
                                      workshop_.loop.in(workshop_.settings.ipc_timeout));
    if (!recorded) fate_.fail(temporary("delivery report: " + recorded.error().text));
}

void Recipients::fail_expansion(const Error& error) {
    if (error.code != Errc::too_long) return fate_.fail(error);
    workshop_.reporter.log().warning("{}: {}", queue_id_, error.text);
    fate_.fail(service::CleanupStatus::deferred, "4.6.0 Alias expansion error");
}

void Recipients::note_utf8(std::string_view address) {
    if (options_.smtputf8_autodetect && !is_all_ascii(address)) sizes_.smtputf8 |= queue::Utf8::asked_for;
}

Task<void> Recipients::write_bcc(std::string address) {
    co_await write({address, address, {}, {mail::Notify::never}, true});
}

Task<void> Recipients::write_sender_bcc(std::string sender) {
    if (!options_.adds_bcc) co_return;
    auto copy = co_await workshop_.rules.sender_bcc(std::move(sender));
    if (!copy) co_return fate_.fail(copy.error());
    if (*copy) co_await write_bcc(std::move(**copy));
}

Task<void> Recipients::write_always_bcc() {
    if (!options_.adds_bcc) co_return;
    auto copy = co_await workshop_.rules.always_bcc();
    if (!copy) co_return fate_.fail(copy.error());
    if (!copy->empty()) co_await write_bcc(std::move(*copy));
}

}  // namespace postern::cleanup
