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

constexpr std::size_t gather_limit = 65536;

}  // namespace

Header::Header(const Settings& settings, const AddressRules& rules, const Reporter& reporter,
               HeaderContext context)
    : settings_(settings),
      rules_(rules),
      reporter_(reporter),
      context_(std::move(context)),
      reader_(settings.header_size_limit) {}

Header::Line Header::add(std::string_view line) {
    auto step = reader_.add(line);
    if (step.field) look_at(std::move(*step.field));
    if (step.ended) return Line::not_header;
    return gathered_ >= gather_limit ? Line::gathered_enough : Line::taken;
}

void Header::look_at(std::string text) {
    const auto field = mail::parse_field(text);
    if (!field) return;
    const mail::HeaderInfo& info = mail::header_info(field->name);
    if (settings_.message_drop_headers.contains(lower(field->name))) return;
    seen_.insert(info.id);
    is_resent_ = is_resent_ || info.is_resent;
    if (info.id == HeaderId::received) ++hops_;
    if (info.id == HeaderId::message_id || info.id == HeaderId::resent_message_id)
        reporter_.report(report::MessageIdentified{context_.queue_id, trim(field->value),
                                                   info.id == HeaderId::resent_message_id});
    if (info.id == HeaderId::content_transfer_encoding) encoding_ = lower(trim(field->value));
    gathered_ += text.size();
    fields_.push_back(std::move(text));
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
        const auto field = mail::parse_field(fields_[i]);
        const mail::HeaderInfo& info = mail::header_info(field->name);
        if (!info.has_addresses()) continue;
        headers.emplace_back(
            i, mail::AddressHeader(field->value, settings_.header_address_token_limit));
        const AddressRole role =
            info.has_sender ? AddressRole::header_sender : AddressRole::header_recipient;
        for (std::size_t entry = 0; entry < headers.back().second.size(); ++entry) {
            places.push_back({headers.size() - 1, entry, role});
            addresses.push_back(headers.back().second.address(entry));
        }
    }
    auto standard = co_await rules_.standard_form(addresses, context_.is_local_context);
    if (!standard) co_return standard.error();
    for (std::size_t i = 0; i < places.size(); ++i) {
        auto final = co_await rules_.canonical((*standard)[i], places[i].role);
        if (!final) co_return final.error();
        if (*final != addresses[i])
            headers[places[i].field].second.replace(places[i].entry, mail::external(*final));
    }
    for (const auto& [index, header] : headers)
        if (header.changed()) {
            const std::string name(mail::parse_field(fields_[index])->name);
            fields_[index] = header.field(name);
        }
    co_return success();
}

Task<Result<std::string>> Header::take_fields() {
    if (rewrites())
        if (auto done = co_await rewrite_addresses(); !done) co_return done.error();
    std::string text;
    for (const std::string& field : fields_)
        (text += field) += '\n';
    fields_.clear();
    gathered_ = 0;
    co_return text;
}

Task<Result<std::string>> Header::finish() {
    if (auto last = reader_.finish()) look_at(std::move(*last));
    auto text = co_await take_fields();
    if (text) *text += missing_fields();
    co_return text;
}

std::string Header::missing_fields() const {
    std::string text;
    const bool adds = context_.adds_missing_headers || settings_.always_add_missing_headers;
    if (!adds && !has(HeaderId::message_id) && !has(HeaderId::resent_message_id))
        reporter_.report(report::MessageIdentified{context_.queue_id, "<>", false});
    if (adds) {
        if (!has(is_resent_ ? HeaderId::resent_message_id : HeaderId::message_id)) {
            const std::string field = mail::message_id_field(context_.arrival, context_.queue_id,
                                                             settings_.myhostname, is_resent_);
            reporter_.report(report::MessageIdentified{
                context_.queue_id, trim(mail::parse_field(field)->value), is_resent_});
            (text += field) += '\n';
        }
        if (!has(is_resent_ ? HeaderId::resent_date : HeaderId::date))
            (text += mail::date_field(context_.arrival, is_resent_)) += '\n';
        if (!has(is_resent_ ? HeaderId::resent_from : HeaderId::from))
            (text +=
             mail::from_field(context_.sender, context_.full_name, settings_.header_from_format,
                              settings_.full_name_encoding_charset, is_resent_)) += '\n';
    }
    const bool has_recipients =
        is_resent_
            ? has(HeaderId::resent_to) || has(HeaderId::resent_cc) || has(HeaderId::resent_bcc)
            : has(HeaderId::to) || has(HeaderId::cc) || has(HeaderId::bcc);
    if (!has_recipients && !settings_.undisclosed_recipients_header.empty() && rewrites())
        (text += settings_.undisclosed_recipients_header) += '\n';
    return text;
}

}  // namespace postern::cleanup
