// Parsing and bounds of typed values.
#include "lib/config/value_syntax.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::config {

namespace {

std::int64_t seconds_of(char unit) {
    switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 60 * 60;
    case 'd': return 24 * 60 * 60;
    case 'w': return 7 * 24 * 60 * 60;
    default: return 0;
    }
}

Result<std::int64_t> boolean_value(std::string_view name, std::string_view value) {
    if (const auto parsed = parse_boolean(value)) return *parsed ? 1 : 0;
    return permanent(fmt::format("bad boolean configuration: {} = {}", name, printable(value)));
}

Result<std::int64_t> number_value(const Parameter& row, std::string_view name,
                                  std::string_view value) {
    const auto parsed = parse_signed(value);
    if (!parsed || (*parsed > largest_int && row.maximum <= largest_int))
        return permanent(fmt::format("bad numerical configuration: {} = {}", name,
                                     printable(value)));
    if (*parsed < row.minimum)
        return permanent(fmt::format("invalid {} parameter value {} < {}", name, *parsed,
                                     row.minimum));
    if (*parsed > row.maximum)
        return permanent(fmt::format("invalid {} parameter value {} > {}", name, *parsed,
                                     row.maximum));
    return *parsed;
}

Result<std::int64_t> time_value(const Parameter& row, std::string_view name,
                                std::string_view value) {
    const auto parsed = parse_time(value, row.unit);
    if (!parsed)
        return permanent(fmt::format("parameter {}: bad time value or unit: {}", name,
                                     printable(value)));
    if (parsed->count() < row.minimum)
        return permanent(fmt::format("invalid {}: {} (min {})", name, parsed->count(),
                                     row.minimum));
    if (parsed->count() > row.maximum)
        return permanent(fmt::format("invalid {}: {} (max {})", name, parsed->count(),
                                     row.maximum));
    return parsed->count();
}

Result<std::int64_t> text_value(const Parameter& row, std::string_view name,
                                std::string_view value) {
    if (value.empty() && !row.may_be_empty)
        return permanent(fmt::format("bad string length 0 < 1: {} = ", name));
    return 0;
}

}  // namespace

std::optional<bool> parse_boolean(std::string_view value) {
    if (same(value, "yes")) return true;
    if (same(value, "no")) return false;
    return std::nullopt;
}

std::optional<seconds> parse_time(std::string_view value, char default_unit) {
    char unit = default_unit;
    if (!value.empty() && !is_digit(value.back())) {
        unit = to_lower(value.back());
        value.remove_suffix(1);
    }
    const auto count = parse_number(value);
    const auto factor = seconds_of(unit);
    if (!count || factor == 0 || *count > static_cast<std::uint64_t>(largest_int / factor))
        return std::nullopt;
    return seconds(static_cast<std::int64_t>(*count) * factor);
}

Result<std::int64_t> parse_value(const Parameter& parameter, std::string_view name,
                                 std::string_view value) {
    switch (parameter.type) {
    case Type::boolean: return boolean_value(name, value);
    case Type::number: return number_value(parameter, name, value);
    case Type::time: return time_value(parameter, name, value);
    case Type::text:
    case Type::late_text: return text_value(parameter, name, value);
    }
    return 0;
}

}  // namespace postern::config
