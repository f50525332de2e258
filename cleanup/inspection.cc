// Content rules; see the header.
#include "cleanup/inspection.h"

#include "lib/base/strings.h"
#include "lib/mail/status_code.h"

#include <fmt/format.h>

namespace postern::cleanup {

using Kind = mail::CheckAction::Kind;
using mail::CheckedPart;
using service::CleanupStatus;

namespace {

/// "5.7.1 text": the code is the rule's own or the usual one.
std::string rejection(std::string_view text) {
    if (text.empty()) return "5.7.1 message content rejected";
    const auto coded = mail::split_coded_text(text, {5, 7, 1});
    return coded.text.empty() ? std::string(text)
                              : fmt::format("{} {}", coded.code.text(), coded.text);
}

}  // namespace

Inspection::Inspection(const mail::ContentChecks& checks, const Reporter& reporter, Origin origin,
                       Fate& fate, std::string_view actor)
    : checks_(checks), reporter_(reporter), origin_(std::move(origin)), fate_(fate), actor_(actor) {}

Task<Inspection::Outcome> Inspection::field(mail::HeaderPlace place, std::string text) {
    if (!is_on_) co_return Outcome{{}, std::move(text)};
    const mail::CheckTables& tables = checks_.for_field(place, text);
    co_return co_await inspect(tables, CheckedPart::field, std::move(text));
}

Task<Inspection::Outcome> Inspection::line(std::string text) {
    if (!is_on_) co_return Outcome{{}, std::move(text)};
    co_return co_await inspect(checks_.body, CheckedPart::line, std::move(text));
}

Task<Inspection::Outcome> Inspection::inspect(const mail::CheckTables& tables, CheckedPart part,
                                             std::string text) {
    auto action = co_await mail::find_action(tables, part, text);
    if (!action && action.error().is_permanent()) {
        reporter_.log().warning("{}", action.error().text);
    } else if (!action) {
        reporter_.log().warning(
            "{}: {} map lookup problem -- message not accepted, try again later",
            origin_.queue_id, tables.parameter);
        fate_.fail(CleanupStatus::map_failed, action.error().text);
    } else if (*action) {
        co_return apply(**action, part, std::move(text));
    }
    co_return Outcome{{}, std::move(text)};
}

Inspection::Outcome Inspection::apply(const mail::CheckAction& action, CheckedPart part,
                                     std::string text) {
    if (action.kind == Kind::reject) {
        std::string reason = rejection(action.text);
        report(action, part, text, reason);
        fate_.fail(CleanupStatus::rejected, std::move(reason));
        return {{}, std::move(text)};
    }
    if (!mail::logged_as(action.kind).empty()) report(action, part, text, action.text);
    request(action);
    switch (action.kind) {
        case Kind::ignore:
        case Kind::strip:
            return {};
        case Kind::replace:
            return {{}, action.text};
        case Kind::prepend:
            return {{action.text}, std::move(text)};
        default:
            return {{}, std::move(text)};
    }
}

void Inspection::request(const mail::CheckAction& action) {
    switch (action.kind) {
        case Kind::discard:
            return fate_.fail(CleanupStatus::discarded, action.text);
        case Kind::pass:
            return turn_off();
        case Kind::hold:
            requests_.holds = true;
            return;
        case Kind::filter:
            requests_.content_filter = action.text;
            return;
        case Kind::redirect:
            requests_.redirect = action.text;
            return;
        case Kind::bcc:
            requests_.bcc.push_back(action.text);
            return;
        default:
            return;
    }
}

void Inspection::report(const mail::CheckAction& action, CheckedPart part,
                        std::string_view content, std::string_view text) {
    report_action(reporter_, origin_, fmt::format("{}{}", actor_, mail::logged_as(action.kind)),
                  part == CheckedPart::field ? "header" : "body",
                  content.substr(0, logged_length), text);
}

}  // namespace postern::cleanup
