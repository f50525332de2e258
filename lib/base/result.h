// Results of what can fail in the ordinary course of things: a value, or an Error that says
// whether trying again can help, and what failed.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace postern {

/// What kind of failure. `temporary` and everything below it but `permanent` may succeed later.
enum class Errc {
    permanent,   ///< will fail again: bad input, no such thing, not allowed
    temporary,   ///< may work later: a table is down, the disk is full
    timeout,     ///< a deadline passed
    closed,      ///< the other side closed or reset the connection
    too_long,    ///< input above its bound; the rest of that input was consumed
    cancelled,   ///< we gave up ourselves: stopping, or the owner went away
};

/// Why something failed. `text` names the thing: a file, line, table, host, command.
struct Error {
    Errc code = Errc::temporary;
    std::string text;

    bool is_permanent() const noexcept { return code == Errc::permanent; }
    /// The same failure seen from further away: "context: text".
    Error in(std::string_view context) const { return {code, std::string(context) + ": " + text}; }
};

/// An Error from errno, "what: No such file or directory". ENOENT, EACCES, EINVAL and their like
/// are permanent; ENOSPC, EIO, EMFILE, ENOMEM and all others temporary.
Error system_error(std::string_view what, int error_number);
Error system_error(std::string_view what);   // of the current errno

inline Error permanent(std::string text) { return {Errc::permanent, std::move(text)}; }
inline Error temporary(std::string text) { return {Errc::temporary, std::move(text)}; }

/// A value or an Error. Look at it before taking the value: `if (!found) return found.error();`
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    /// A value of anything that T can be made of (a string from a literal, an optional of one).
    template <class U>
        requires(std::is_convertible_v<U&&, T> && !std::is_convertible_v<U&&, Error> &&
                 !std::is_same_v<std::remove_cvref_t<U>, Result> &&
                 !std::is_same_v<std::remove_cvref_t<U>, T>)
    Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}

    bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    T& operator*() & { return std::get<0>(state_); }
    const T& operator*() const& { return std::get<0>(state_); }
    T&& operator*() && { return std::get<0>(std::move(state_)); }
    T* operator->() { return &std::get<0>(state_); }
    const T* operator->() const { return &std::get<0>(state_); }

    T value_or(T otherwise) const& { return has_value() ? **this : std::move(otherwise); }

    const Error& error() const& { return std::get<1>(state_); }
    Error&& error() && { return std::get<1>(std::move(state_)); }

private:
    std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool has_value() const noexcept { return !error_; }
    explicit operator bool() const noexcept { return has_value(); }
    const Error& error() const& { return *error_; }

private:
    std::optional<Error> error_;
};

/// The usual "it worked" of a Result<void>.
inline Result<void> success() { return {}; }

}  // namespace postern
