// Templates; see the header.
#include "bounce/templates.h"

#include "lib/base/strings.h"
#include "lib/config/expansion.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace postern::bounce {
namespace {

// Programs read these texts too, and know them as they are.
constexpr std::string_view from = "Mail Delivery System <MAILER-DAEMON>";

constexpr std::string_view failure_text =
    "This is the mail system at host $myhostname.\n"
    "\n"
    "I'm sorry to have to inform you that your message could not\n"
    "be delivered to one or more recipients. It's attached below.\n"
    "\n"
    "For further assistance, please send mail to postmaster.\n"
    "\n"
    "If you do so, please include this problem report. You can\n"
    "delete your own text from the attached returned message.\n"
    "\n"
    "                   The mail system\n";
constexpr std::string_view delay_text =
    "This is the mail system at host $myhostname.\n"
    "\n"
    "####################################################################\n"
    "# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n"
    "####################################################################\n"
    "\n"
    "Your message could not be delivered for more than $delay_warning_time_hours hour(s).\n"
    "It will be retried until it is $maximal_queue_lifetime_days day(s) old.\n"
    "\n"
    "For further assistance, please send mail to postmaster.\n"
    "\n"
    "If you do so, please include this problem report. You can\n"
    "delete your own text from the attached returned message.\n"
    "\n"
    "                   The mail system\n";
constexpr std::string_view success_text =
    "This is the mail system at host $myhostname.\n"
    "\n"
    "Your message was successfully delivered to the destination(s)\n"
    "listed below. If the message was delivered to mailbox you will\n"
    "receive no further notifications. Otherwise you may still receive\n"
    "notifications of mail delivery errors from other systems.\n"
    "\n"
    "                   The mail system\n";
constexpr std::string_view verify_text =
    "This is the mail system at host $myhostname.\n"
    "\n"
    "Enclosed is the mail delivery report that you requested.\n"
    "\n"
    "                   The mail system\n";

Template made(std::string_view subject, std::string_view postmaster_subject, std::string_view text) {
    return {"us-ascii", std::string(from), std::string(subject), std::string(postmaster_subject),
            std::string(text)};
}

std::optional<TemplateKind> kind_named(std::string_view name) {
    for (const TemplateKind kind : all_templates)
        if (name == fmt::format("{}_template", name_of(kind))) return kind;
    return std::nullopt;
}

/// The value in the unit that the name ends with: "_hours" and so on.
std::optional<std::int64_t> time_in_unit(const config::Config& config, std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, int>, 5> units = {
        {{"_seconds", 1}, {"_minutes", 60}, {"_hours", 3600}, {"_days", 86400}, {"_weeks", 604800}}};
    for (const std::string_view parameter : {"delay_warning_time", "maximal_queue_lifetime"})
        for (const auto& [suffix, length] : units)
            if (name == std::string(parameter).append(suffix))
                return config.time(parameter).count() / length;
    return std::nullopt;
}

/// The header lines at the start of a template; what follows them is the text.
Result<Template> parse_template(const std::vector<std::string_view>& lines, Template which) {
    auto line = lines.begin();
    for (; line != lines.end() && !line->empty(); ++line) {
        const auto field = cut(*line, ':');
        if (!is_all_ascii(*line) || !field) break;   // no header: the text begins at once
        std::string value(trim(field->second));
        const std::string_view name = trim_right(field->first);
        if (same(name, "Charset")) which.charset = value;
        else if (same(name, "From")) which.from = value;
        else if (same(name, "Subject")) which.subject = value;
        else if (same(name, "Postmaster-Subject")) which.postmaster_subject = value;
        else return permanent(fmt::format("unknown template header \"{}\"", printable(name, 80)));
    }
    if (line != lines.end() && line->empty()) ++line;
    which.text.clear();
    for (; line != lines.end(); ++line) which.text.append(*line) += '\n';
    if (!is_all_ascii(which.text) && same(which.charset, "us-ascii"))
        return permanent("the text is not ASCII, but its Charset is us-ascii");
    return which;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace

std::string_view name_of(TemplateKind kind) {
    static constexpr std::array<std::string_view, 4> names = {"failure", "delay", "success", "verify"};
    return names[static_cast<std::size_t>(kind)];
}

Templates::Templates()
    : templates_{made("Undelivered Mail Returned to Sender", "Postmaster Copy: Undelivered Mail", failure_text),
                 made("Delayed Mail (still being retried)", "Postmaster Warning: Delayed Mail", delay_text),
                 made("Successful Mail Delivery Report", "", success_text),
                 made("Mail Delivery Status Report", "", verify_text)} {}

Result<Templates> Templates::parse(std::string_view text, const std::string& file) {
    Templates templates;
    const auto lines = lines_of(text);
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const std::string_view line = trim(lines[at]);
        if (line.empty() || line.starts_with('#')) continue;
        const std::string place = fmt::format("{}, line {}", file, at + 1);
        const auto parts = cut(line, '=');
        const auto kind = parts ? kind_named(trim(parts->first)) : std::nullopt;
        if (!kind || !trim(parts->second).starts_with("<<"))
            return permanent(place + ": expected \"failure_template = <<EOF\" or the like");
        const std::string_view word = trim(trim(parts->second).substr(2));
        const auto end = std::find(lines.begin() + static_cast<std::ptrdiff_t>(at) + 1, lines.end(), word);
        if (word.empty() || end == lines.end())
            return permanent(fmt::format("{}: no line \"{}\" that ends the template", place, word));
        Template& mine = templates.templates_[static_cast<std::size_t>(*kind)];
        auto parsed = parse_template({lines.begin() + static_cast<std::ptrdiff_t>(at) + 1, end}, mine);
        if (!parsed) return parsed.error().in(place);
        mine = std::move(*parsed);
        at = static_cast<std::size_t>(end - lines.begin());
    }
    return templates;
}

Result<std::string> expand(const Template& which, const config::Config& config) {
    return config::expand(which.text, [&](std::string_view name) -> std::optional<std::string> {
        if (const auto value = time_in_unit(config, name)) return std::to_string(*value);
        auto value = config.lookup(name);
        return value ? std::optional(replace_all(*value, "$", "$$")) : std::nullopt;
    });
}

std::string dump(const Templates& templates) {
    std::string text;
    for (const TemplateKind kind : all_templates) {
        const Template& which = templates.of(kind);
        text += fmt::format("{}{}_template = <<EOF\nCharset: {}\nFrom: {}\nSubject: {}\n",
                            text.empty() ? "" : "\n", name_of(kind), which.charset, which.from, which.subject);
        if (!which.postmaster_subject.empty())
            text += fmt::format("Postmaster-Subject: {}\n", which.postmaster_subject);
        text += fmt::format("\n{}EOF\n", which.text);
    }
    return text;
}

Result<std::string> dump_expanded(const Templates& templates, const config::Config& config) {
    std::string text;
    for (const TemplateKind kind : all_templates) {
        auto expanded = expand(templates.of(kind), config);
        if (!expanded) return expanded.error().in(fmt::format("{}_template", name_of(kind)));
        text += fmt::format("{}expanded_{}_text = <<EOF\n{}EOF\n", text.empty() ? "" : "\n", name_of(kind),
                            *expanded);
    }
    return text;
}

}  // namespace postern::bounce
