// Changes of master.cf: whole entries, fields, and -o parameters.
#include "lib/base/strings.h"
#include "lib/config/edit.h"
#include "postconf/master_cf.h"
#include "postconf/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace postern::postconf {

namespace {

using config::LineChange;
using config::MasterEntry;

/// "service/type/name=value", or without a value.
struct Request {
    std::string text;
    Pattern pattern;
    std::string value;
};

Result<Request> parse_request(const Options& options, const std::string& argument) {
    if (argument.find('\n') != std::string::npos)
        return permanent("-e, -X, or -# accepts no multi-line input");
    if (trim_left(argument).starts_with('#'))
        return permanent("-e, -X, or -# accepts no comment input");
    Request request{argument, {}, ""};
    std::string_view name = argument;
    if (options.action == Action::edit) {
        const auto parts = cut(argument, '=');
        if (!parts) return permanent(fmt::format("missing '=' after attribute name: \"{}\"",
                                                 argument));
        name = trim(parts->first);
        request.value = trim(parts->second);
    }
    request.pattern = Pattern::parse(name);
    const auto slashes = std::count(name.begin(), name.end(), '/');
    if (options.subject == Subject::services && slashes != 1)
        return permanent("-Me, -MX or -M# requires service_name/type");
    if (options.subject == Subject::service_fields && slashes < 2)
        return permanent("-Fe or -FX requires service_name/type/field_name");
    if (options.subject == Subject::service_parameters && slashes < 2)
        return permanent("-Pe or -PX requires service_name/type/parameter");
    return request;
}

Result<std::size_t> field_number(std::string_view name) {
    const auto found = std::find(field_names.begin(), field_names.end(), name);
    if (found == field_names.end())
        return permanent(fmt::format("invalid service attribute name: \"{}\"", name));
    return static_cast<std::size_t>(found - field_names.begin());
}

/// The entry written as one line again, so that its parser judges a changed column.
Result<MasterEntry> with_field(const MasterEntry& entry, const Request& request) {
    const auto field = field_number(request.pattern.rest);
    if (!field) return field.error();
    std::vector<std::string> columns;
    for (std::size_t at = 0; at < field_names.size(); ++at)
        columns.push_back(at == *field ? request.value : field_value(entry, at));
    return config::parse_master_entry(join(columns, " "));
}

Result<MasterEntry> with_parameter(MasterEntry entry, const Options& options,
                                   const Request& request) {
    if (options.action == Action::remove) {
        remove_override(entry, request.pattern.rest);
        return entry;
    }
    if (std::any_of(request.value.begin(), request.value.end(), is_blank))
        return permanent("-Pe does not accept whitespace in parameter value");
    set_override(entry, {request.pattern.rest, request.value});
    return entry;
}

std::string line_for(const MasterEntry& entry) {
    auto text = format_entry(entry, true);
    text.pop_back();
    return text;
}

Result<LineChange> change_entry(const MasterEntry& entry, const Options& options,
                                const Request& request) {
    if (options.action == Action::comment_out)
        return LineChange{LineChange::Fate::is_commented_out, ""};
    if (options.subject == Subject::services && options.action == Action::remove)
        return LineChange{LineChange::Fate::is_removed, ""};
    auto changed = options.subject == Subject::services ? config::parse_master_entry(request.value)
                   : options.subject == Subject::service_fields
                       ? with_field(entry, request)
                       : with_parameter(entry, options, request);
    if (!changed) return changed.error();
    return LineChange{LineChange::Fate::is_replaced, line_for(*changed)};
}

struct Outcome {
    std::string text;
    bool matched = false;
};

/// One request on the whole file. A line that is no entry stays as it is.
Result<Outcome> apply(std::string_view text, const Options& options, const Request& request) {
    Outcome outcome;
    std::optional<Error> failure;
    outcome.text = config::edit_lines(text, [&](std::string_view line) -> LineChange {
        const auto entry = config::parse_master_entry(line);
        if (!entry || !request.pattern.matches(*entry)) return {};
        outcome.matched = true;
        auto change = change_entry(*entry, options, request);
        if (change) return std::move(*change);
        failure = change.error();
        return {};
    });
    if (failure) return *failure;
    return outcome;
}

Result<std::string> append_entry(std::string text, const Request& request) {
    const auto entry = config::parse_master_entry(request.value);
    if (!entry) return entry.error();
    return text + format_entry(*entry, true);
}

Result<std::string> apply_all(std::string text, const Options& options,
                              const std::vector<Request>& requests, Warn warn) {
    for (const auto& request : requests) {
        auto outcome = apply(text, options, request);
        if (!outcome) return outcome.error();
        text = std::move(outcome->text);
        if (outcome->matched) continue;
        if (options.subject == Subject::services) {
            if (options.action != Action::edit) continue;
            auto longer = append_entry(std::move(text), request);
            if (!longer) return longer;
            text = std::move(*longer);
        } else {
            warn(fmt::format("unmatched service_name/type: \"{}\"", request.text));
        }
    }
    return text;
}

}  // namespace

Result<void> edit_services(const Options& options, Warn warn) {
    std::vector<Request> requests;
    for (const auto& argument : options.arguments) {
        auto request = parse_request(options, argument);
        if (!request) return request.error();
        requests.push_back(std::move(*request));
    }
    if (requests.empty()) return permanent("-e, -X, or -# requires an argument");
    return config::edit_file(options.directory + "/master.cf", [&](std::string text) {
        return apply_all(std::move(text), options, requests, warn);
    });
}

}  // namespace postern::postconf
