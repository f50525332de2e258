#include "lib/mail/check_action.h"

#include "lib/base/strings.h"
#include "lib/mail/header_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace postern::mail {

namespace {

using Kind = CheckAction::Kind;

struct Row {
    std::string_view name;
    Kind kind;
    std::string_view logged;
};

constexpr auto rows = std::to_array<Row>({
    {"BCC", Kind::bcc, "bcc"},
    {"DISCARD", Kind::discard, "discard"},
    {"DUNNO", Kind::dunno, ""},
    {"FILTER", Kind::filter, "filter"},
    {"HOLD", Kind::hold, "hold"},
    {"IGNORE", Kind::ignore, ""},
    {"INFO", Kind::info, "info"},
    {"OK", Kind::dunno, ""},
    {"PASS", Kind::pass, "pass"},
    {"PREPEND", Kind::prepend, "prepend"},
    {"REDIRECT", Kind::redirect, "redirect"},
    {"REJECT", Kind::reject, "reject"},
    {"REPLACE", Kind::replace, "replace"},
    {"STRIP", Kind::strip, "strip"},
    {"WARN", Kind::warn, "warning"},
});

Error bad_address(std::string_view what, std::string_view address, std::string_view parameter) {
    return permanent(fmt::format("bad {} \"{}\" in {} map -- need user@domain", what,
                                 printable(address, 200), parameter));
}

Result<void> check_filter(std::string_view text, std::string_view parameter) {
    if (text.empty())
        return permanent(fmt::format("missing FILTER command argument in {} map", parameter));
    if (text.find(':') == text.npos)
        return permanent(
            fmt::format("bad FILTER command {} in {} -- need transport:destination",
                        printable(text, 200), parameter));
    return success();
}

/// The text of PREPEND and REPLACE: where fields stand, only a field may.
Result<void> check_text(const Row& row, std::string_view text, CheckedPart part,
                        std::string_view parameter) {
    if (text.empty())
        return permanent(fmt::format("{} action without text in {} map", row.name, parameter));
    if (part == CheckedPart::field && !begins_field(text))
        return permanent(fmt::format(
            "bad {} header text \"{}\" in {} map -- need \"headername: headervalue\"", row.name,
            printable(text, 200), parameter));
    return success();
}

Result<void> check(const Row& row, std::string_view text, CheckedPart part,
                   std::string_view parameter) {
    const bool is_address = text.find('@') != text.npos;
    switch (row.kind) {
        case Kind::filter:
            return check_filter(text, parameter);
        case Kind::redirect:
            if (!is_address) return bad_address("REDIRECT target", text, parameter);
            return success();
        case Kind::bcc:
            if (!is_address) return bad_address("BCC address", text, parameter);
            return success();
        case Kind::prepend:
        case Kind::replace:
            return check_text(row, text, part, parameter);
        default:
            return success();
    }
}

}  // namespace

Result<CheckAction> CheckAction::parse(std::string_view value, CheckedPart part,
                                       std::string_view parameter) {
    const auto end = std::min(value.find_first_of(" \t\r\n"), value.size());
    const std::string_view name = value.substr(0, end);
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [name](const Row& known) { return same(known.name, name); });
    // What milters have made is not inspected by other rules that PASS could turn off.
    if (row != rows.end() && row->kind == Kind::pass && parameter == "milter_header_checks")
        return permanent(fmt::format("unsupported command in {} map: {}", parameter, name));
    if (row == rows.end())
        return permanent(
            fmt::format("unknown command in {} map: {}", parameter, printable(value, 200)));
    const std::string_view text = trim_left(value.substr(end));
    if (auto usable = check(*row, text, part, parameter); !usable) return usable.error();
    return CheckAction{row->kind, std::string(text)};
}

std::string_view logged_as(CheckAction::Kind kind) {
    return std::find_if(rows.begin(), rows.end(),
                        [kind](const Row& row) { return row.kind == kind; })
        ->logged;
}

}  // namespace postern::mail
