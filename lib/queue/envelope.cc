#include "lib/queue/envelope.h"

#include "lib/base/strings.h"

#include <algorithm>
#include <ranges>

namespace postern::queue {

std::optional<std::string_view> Attributes::find(std::string_view name) const {
    for (const auto& [key, value] : std::views::reverse(list_)) {
        if (key == name) return value;
    }
    return {};
}

std::string_view Attributes::value_or(std::string_view name, std::string_view otherwise) const {
    return find(name).value_or(otherwise);
}

void Attributes::set(std::string_view name, std::string_view value) {
    const auto found = std::ranges::find(list_, name, &std::pair<std::string, std::string>::first);
    if (found != list_.end())
        found->second = value;
    else
        list_.emplace_back(name, value);
}

mail::ReturnContent Envelope::dsn_return() const {
    const auto value = parse_number(attributes.value_or("ret_flags"));
    if (value == 1) return mail::ReturnContent::full;
    if (value == 2) return mail::ReturnContent::headers;
    return mail::ReturnContent::unspecified;
}

TraceFlags Envelope::trace_flags() const {
    return {parse_number(attributes.value_or("trace_flags")).value_or(0)};
}

}  // namespace postern::queue
