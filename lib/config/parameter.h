// One parameter as the catalogue declares it.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace postern::config {

enum class Type {
    text,       ///< expanded; lists, tables and words of a choice too
    late_text,  ///< read as it stands, expanded later with other names ($user, $rbl_domain)
    boolean,    ///< yes or no
    number,     ///< a decimal number, counts and byte counts alike
    time,       ///< a number and a unit: s m h d w
};

inline constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t largest_int = std::numeric_limits<std::int32_t>::max();

/// Declared by the functions below: time("queue_run_delay", "300s").at_least(1).
struct Parameter {
    std::string_view name;
    Type type = Type::text;
    std::string_view default_text;    ///< with $name and ${...}; "" where it is computed, too
    std::int64_t minimum = 0;         ///< of a number, or of a time in seconds
    std::int64_t maximum = largest_int;
    char unit = 's';                  ///< of a time without one: that of its default
    bool may_be_empty = true;         ///< text only
    bool is_computed = false;         ///< by the host, the build or the process (computed.h)
    bool is_obsolete = false;         ///< still read through $name, but not listed

    constexpr Parameter at_least(std::int64_t bound) const {
        auto changed = *this;
        changed.minimum = bound;
        return changed;
    }
    constexpr Parameter at_most(std::int64_t bound) const {
        auto changed = *this;
        changed.maximum = bound;
        return changed;
    }
    constexpr Parameter not_empty() const {
        auto changed = *this;
        changed.may_be_empty = false;
        return changed;
    }
    constexpr Parameter in_unit(char letter) const {
        auto changed = *this;
        changed.unit = letter;
        return changed;
    }
};

constexpr Parameter text(std::string_view name, std::string_view default_text = "") {
    return {.name = name, .type = Type::text, .default_text = default_text};
}
constexpr Parameter late_text(std::string_view name, std::string_view default_text = "") {
    return {.name = name, .type = Type::late_text, .default_text = default_text};
}
constexpr Parameter boolean(std::string_view name, std::string_view default_text) {
    return {.name = name, .type = Type::boolean, .default_text = default_text};
}
constexpr Parameter number(std::string_view name, std::string_view default_text) {
    return {.name = name, .type = Type::number, .default_text = default_text};
}
/// A number that may be larger than 2^31.
constexpr Parameter byte_count(std::string_view name, std::string_view default_text) {
    return number(name, default_text).at_most(largest);
}
/// The unit of a value without one is that of the default.
constexpr Parameter time(std::string_view name, std::string_view default_text) {
    return {.name = name, .type = Type::time, .default_text = default_text,
            .unit = default_text.back() >= 'a' && default_text.back() <= 'z' ? default_text.back()
                                                                             : 's'};
}
/// Text that computed.cc finds out when it is asked for.
constexpr Parameter computed(std::string_view name) {
    return {.name = name, .type = Type::text, .default_text = "", .is_computed = true};
}

}  // namespace postern::config
