// Header fields; see the header.
#include "cleanup/header.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/address_header.h"
#include "lib/mail/made_headers.h"
#include "lib/report/message_events.h"

namespace postern::cleanup {

using mail::HeaderId;

namespace {

/// "Name : value" as "Name: value".
std::string without_blanks_before_colon(std::string text) {
    const auto colon = text.find(':');
    const auto end = text.find_last_not_of(" \t", colon - 1);
    if (end + 1 < colon) text.erase(end + 1, colon - end - 1);
    return text;
}

}  // namespace

Header::Header(const Settings& settings, const AddressRules& rules, const Reporter& reporter,
               HeaderContext context)
    : settings_(settings), rules_(rules), reporter_(reporter), context_(std::move(context)) {}

void Header::add(std::string text) {
    text = without_blanks_before_colon(std::move(text));
    const auto field = mail::parse_field(text);
    if (!field || settings_.message_drop_headers.contains(lower(field->name))) return;
    const mail::HeaderInfo& info = mail::header_info(field->name);
    seen_.insert(info.id);
    is_resent_ = is_resent_ || info.is_resent;
    is_8bit_ = is_8bit_ || !is_all_ascii(text);
    if (info.id == HeaderId::received) ++hops_;
    if (info.id == HeaderId::message_id || info.id == HeaderId::resent_message_id)
        reporter_.report(report::MessageIdentified{context_.queue_id, trim(field->value),
                                                   info.id == HeaderId::resent_message_id});
    if (info.id == HeaderId::content_transfer_encoding) encoding_ = lower(trim(field->value));
    note_tls(info.id, trim(field->value));
    fields_.push_back({std::move(text), false});
}

void Header::note_tls(HeaderId id, std::string_view value) {
    if (id == HeaderId::require_tls_esmtp && same(value, "yes"))
        requires_tls_ = settings_.requiretls_enable && settings_.requiretls_esmtp_header;
    if (id == HeaderId::tls_required && same(value, "no")) waives_tls_ = settings_.tls_required_enable;
}

void Header::add_verbatim(std::string line) {
    fields_.push_back({std::move(line), true});
}

bool Header::rewrites() const {
    return context_.is_local_context || !settings_.remote_header_rewrite_domain.empty();
}

Task<Result<void>> Header::rewrite_addresses() {
    struct Place {
        std::size_t field, entry;
        AddressRole role;
    };
    std::vector<std::pair<std::size_t, mail::AddressHeader>> headers;
    std::vector<Place> places;
    std::vector<std::string> addresses;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        if (fields_[i].is_verbatim) continue;
        const auto field = mail::parse_field(fields_[i].text);
        const mail::HeaderInfo& info = mail::header_info(field->name);
        if (!info.has_addresses()) continue;
        headers.emplace_back(
            i, mail::AddressHeader(field->value, settings_.header_address_token_limit));
        const AddressRole role =
            info.has_sender ? AddressRole::header_sender : AddressRole::header_recipient;
        for (std::size_t entry = 0; entry < headers.back().second.size(); ++entry) {
            places.push_back({headers.size() - 1, entry, role});
            addresses.push_back(headers.back().second.external(entry));
        }
    }
    auto standard = co_await rules_.standard_form(addresses, context_.is_local_context,
                                                  AddressForm::external);
    if (!standard) co_return standard.error();
    for (std::size_t i = 0; i < places.size(); ++i) {
        std::string final = std::move((*standard)[i]);
        if (context_.maps_addresses) {
            const std::string internal = mail::internal(final);
            auto mapped =
                co_await rules_.canonical(internal, places[i].role, context_.queue_id);
            if (!mapped) co_return mapped.error();
            if (*mapped != internal) final = mail::external(*mapped);
        }
        headers[places[i].field].second.replace(places[i].entry, std::move(final));
    }
    for (const auto& [index, header] : headers)
        if (header.changed()) {
            const std::string name(mail::parse_field(fields_[index].text)->name);
            fields_[index].text = header.field(name);
        }
    co_return success();
}

Task<Result<std::string>> Header::take_fields() {
    if (rewrites())
        if (auto done = co_await rewrite_addresses(); !done) co_return done.error();
    co_return take_text();
}

std::string Header::take_text() {
    std::string text;
    for (const Field& field : fields_) {
        if (!text.empty()) text += '\n';
        text += field.text;
    }
    fields_.clear();
    return text;
}

Task<Result<std::string>> Header::finish() {
    if (rewrites())
        if (auto done = co_await rewrite_addresses(); !done) co_return done.error();
    for (std::string& field : missing_fields())
        add_verbatim(std::move(field));
    co_return take_text();
}

std::vector<std::string> Header::missing_fields() const {
    std::vector<std::string> fields;
    // Mail of strangers gets no more than what its rewriting makes ours to answer for.
    const bool adds = context_.adds_missing_headers || settings_.always_add_missing_headers ||
                      (!context_.is_local_context && rewrites());
    if (context_.requires_tls && settings_.requiretls_esmtp_header && !requires_tls_)
        fields.push_back("Require-TLS-ESMTP: yes");
    const auto identified = [this](std::string_view id, bool is_resent) {
        reporter_.report(report::MessageIdentified{context_.queue_id, id, is_resent});
    };
    if (adds && !has(is_resent_ ? HeaderId::resent_message_id : HeaderId::message_id)) {
        fields.push_back(mail::message_id_field(context_.arrival, context_.queue_id,
                                                settings_.myhostname, is_resent_));
        identified(trim(mail::parse_field(fields.back())->value), is_resent_);
    }
    if (!has(HeaderId::message_id) && (!adds || is_resent_)) identified("<>", false);
    if (!adds) return fields;
    if (!has(is_resent_ ? HeaderId::resent_date : HeaderId::date))
        fields.push_back(mail::date_field(context_.arrival, is_resent_));
    if (!has(is_resent_ ? HeaderId::resent_from : HeaderId::from))
        fields.push_back(mail::from_field(context_.sender, context_.full_name,
                                          settings_.header_from_format,
                                          settings_.full_name_encoding_charset, is_resent_));
    const bool has_recipients = has(HeaderId::to) || has(HeaderId::cc) ||
                                has(HeaderId::resent_to) || has(HeaderId::resent_cc);
    if (!has_recipients && !settings_.undisclosed_recipients_header.empty())
        fields.push_back(settings_.undisclosed_recipients_header);
    return fields;
}

}  // namespace postern::cleanup
