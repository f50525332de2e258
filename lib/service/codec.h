// Messages between daemons as bytes. A message is a struct that names each of its fields once:
//
//     struct Rewrite {
//         static constexpr std::string_view frame_name = "rewrite";
//         using Reply = Rewritten;
//         std::string context;
//         std::vector<std::string> addresses;
//         template <class Self, class Visit>
//         static void fields(Self& self, Visit&& visit) {
//             visit("context", self.context);
//             visit("addresses", self.addresses);
//         }
//     };
//
// A field is: one byte of name length, the name, one byte of type, four bytes of value length
// (least significant first), the value. Types: s text, n integer (8 bytes, two's complement), b
// truth (1 byte), l list (values, each with type and length), m message (fields). An optional
// field is left out when it has no value. An unknown, missing or mistyped field is an error.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"

#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace postern::service {

/// A value as it stands in a frame.
struct WireValue {
    char type = 0;
    std::string_view data;
};

/// One level of fields, taken apart. Error: cut short.
class WireFields {
public:
    static Result<WireFields> parse(std::string_view bytes);
    /// Nothing when the field is not there. Each field is taken once.
    std::optional<WireValue> take(std::string_view name);
    /// A field that nobody took.
    std::optional<std::string_view> left_over() const;

private:
    struct Field {
        std::string_view name;
        WireValue value;
        bool is_taken = false;
    };
    std::vector<Field> fields_;
};

/// Takes the next value off the front of `bytes`; nothing when it is cut short.
std::optional<WireValue> take_value(std::string_view& bytes);

void append_value(std::string& out, char type, std::string_view data);
void append_field_name(std::string& out, std::string_view name);

template <class T>
concept Message = requires(T& message) { T::fields(message, [](std::string_view, auto&) {}); };

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
std::string encode(const T& message);
template <class T>
Result<T> decode(std::string_view bytes);

namespace wire {

inline std::string number(std::int64_t value) {
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    return bytes;
}

inline std::optional<std::int64_t> number(std::string_view bytes) {
    if (bytes.size() != 8) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return static_cast<std::int64_t>(value);
}

template <class T>
void put(std::string& out, const T& value) {
    if constexpr (std::same_as<T, std::string>) {
        append_value(out, 's', value);
    } else if constexpr (std::same_as<T, bool>) {
        append_value(out, 'b', std::string_view(value ? "\1" : "\0", 1));
    } else if constexpr (std::is_enum_v<T> || std::integral<T>) {
        append_value(out, 'n', number(static_cast<std::int64_t>(value)));
    } else if constexpr (std::same_as<T, WallTime>) {
        append_value(out, 'n', number(value.time_since_epoch().count()));
    } else if constexpr (std::same_as<T, microseconds> || std::same_as<T, seconds>) {
        append_value(out, 'n', number(value.count()));
    } else if constexpr (IsVector<T>::value) {
        std::string list;
        for (const auto& item : value) put(list, item);
        append_value(out, 'l', list);
    } else {
        append_value(out, 'm', encode(value));
    }
}

/// False: of another type.
template <class T>
Result<bool> get(const WireValue& wire, T& value) {
    if constexpr (std::same_as<T, std::string>) {
        if (wire.type != 's') return false;
        value = wire.data;
    } else if constexpr (std::same_as<T, bool>) {
        if (wire.type != 'b' || wire.data.size() != 1) return false;
        value = wire.data[0] != 0;
    } else if constexpr (std::is_enum_v<T> || std::integral<T>) {
        const auto found = wire.type == 'n' ? number(wire.data) : std::nullopt;
        if (!found) return false;
        value = static_cast<T>(*found);
    } else if constexpr (std::same_as<T, WallTime>) {
        const auto found = wire.type == 'n' ? number(wire.data) : std::nullopt;
        if (!found) return false;
        value = WallTime(microseconds(*found));
    } else if constexpr (std::same_as<T, microseconds> || std::same_as<T, seconds>) {
        const auto found = wire.type == 'n' ? number(wire.data) : std::nullopt;
        if (!found) return false;
        value = T(*found);
    } else if constexpr (IsVector<T>::value) {
        if (wire.type != 'l') return false;
        std::string_view rest = wire.data;
        while (!rest.empty()) {
            const auto item = take_value(rest);
            if (!item) return false;
            typename T::value_type element{};
            if (auto known = get(*item, element); !known || !*known) return known;
            value.push_back(std::move(element));
        }
    } else {
        if (wire.type != 'm') return false;
        auto inner = decode<T>(wire.data);
        if (!inner) return inner.error();
        value = std::move(*inner);
    }
    return true;
}

/// Fills the fields of a message; keeps the first error.
class Reader {
public:
    explicit Reader(WireFields& fields) : fields_(fields) {}

    template <class T>
    void operator()(std::string_view name, T& value) {
        if (error_) return;
        const auto wire = fields_.take(name);
        if constexpr (IsOptional<T>::value) {
            if (wire) read(name, *wire, value.emplace());
        } else if (wire) {
            read(name, *wire, value);
        } else {
            error_ = permanent("missing field \"" + std::string(name) + "\"");
        }
    }
    const std::optional<Error>& error() const noexcept { return error_; }

private:
    template <class T>
    void read(std::string_view name, const WireValue& wire, T& value) {
        const auto known = get(wire, value);
        if (!known)
            error_ = known.error().in(name);
        else if (!*known)
            error_ = permanent("field \"" + std::string(name) + "\" has a value of the wrong type");
    }
    WireFields& fields_;
    std::optional<Error> error_;
};

class Writer {
public:
    template <class T>
    void operator()(std::string_view name, const T& value) {
        if constexpr (IsOptional<T>::value) {
            if (value) (*this)(name, *value);
        } else {
            append_field_name(out_, name);
            put(out_, value);
        }
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

}  // namespace wire

template <class T>
std::string encode(const T& message) {
    wire::Writer writer;
    T::fields(message, writer);
    return writer.take();
}

template <class T>
Result<T> decode(std::string_view bytes) {
    auto fields = WireFields::parse(bytes);
    if (!fields) return fields.error();
    T message{};
    wire::Reader reader(*fields);
    T::fields(message, reader);
    if (reader.error()) return *reader.error();
    if (const auto unknown = fields->left_over())
        return permanent("unknown field \"" + std::string(*unknown) + "\"");
    return message;
}

/// A message without fields: "yes, done".
struct Done {
    template <class Self, class Visit>
    static void fields(Self&, Visit&&) {}
};

}  // namespace postern::service
