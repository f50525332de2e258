#include "lib/queue/envelope.h"

#include "lib/base/strings.h"

#include <utility>

namespace postern::queue {

namespace {

template <class Visit>
void for_each(std::string_view records, Visit visit) {
    RecordParser parser(records);
    for (auto record = parser.next(); record && *record; record = parser.next())
        visit(attribute_of((*record)->data));
}

}  // namespace

std::optional<std::string_view> Attributes::find(std::string_view name) const {
    std::optional<std::string_view> found;
    for_each(records_, [&](const Attribute& attribute) {
        if (attribute.name == name) found = attribute.value;
    });
    return found;
}

std::vector<Attribute> Attributes::all() const {
    std::vector<Attribute> list;
    for_each(records_, [&](const Attribute& attribute) { list.push_back(attribute); });
    return list;
}

std::string_view Attributes::value_or(std::string_view name, std::string_view otherwise) const {
    return find(name).value_or(otherwise);
}

void Attributes::set(std::string_view name, std::string_view value) {
    if (!find(name)) return append_attribute(records_, name, value);
    std::string changed;
    for_each(records_, [&](const Attribute& attribute) {
        append_attribute(changed, attribute.name, attribute.name == name ? value : attribute.value);
    });
    records_ = std::move(changed);
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
