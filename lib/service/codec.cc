// Fields as bytes; see the header.
#include "lib/service/codec.h"

namespace postern::service {

std::optional<WireValue> take_value(std::string_view& bytes) {
    if (bytes.size() < 5) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 4; i > 0; --i)
        size = size << 8 | static_cast<unsigned char>(bytes[i]);
    if (bytes.size() - 5 < size) return std::nullopt;
    const WireValue value{bytes[0], bytes.substr(5, size)};
    bytes.remove_prefix(5 + size);
    return value;
}

void append_value(std::string& out, char type, std::string_view data) {
    out += type;
    for (std::size_t i = 0; i < 4; ++i)
        out += static_cast<char>(data.size() >> (8 * i));
    out += data;
}

void append_field_name(std::string& out, std::string_view name) {
    out += static_cast<char>(name.size());
    out += name;
}

Result<WireFields> WireFields::parse(std::string_view bytes) {
    WireFields found;
    while (!bytes.empty()) {
        const std::size_t length = static_cast<unsigned char>(bytes[0]);
        if (bytes.size() - 1 < length) return permanent("field name cut short");
        const std::string_view name = bytes.substr(1, length);
        bytes.remove_prefix(1 + length);
        const auto value = take_value(bytes);
        if (!value) return permanent("field \"" + std::string(name) + "\" cut short");
        found.fields_.push_back({name, *value});
    }
    return found;
}

std::optional<WireValue> WireFields::take(std::string_view name) {
    for (Field& field : fields_) {
        if (field.is_taken || field.name != name) continue;
        field.is_taken = true;
        return field.value;
    }
    return std::nullopt;
}

std::optional<std::string_view> WireFields::left_over() const {
    for (const Field& field : fields_)
        if (!field.is_taken) return field.name;
    return std::nullopt;
}

}  // namespace postern::service
