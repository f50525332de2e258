// Coroutines. A Task<T> is a dialogue or a piece of one, written top to bottom; it starts when it
// is awaited, and destroying it ends it at whatever wait it stands, with all that it owns.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace postern::event {

template <class T>
class Task;

namespace detail {

/// At its end a task continues whoever awaits it, without growing the stack.
struct ResumesAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
        return ended.promise().awaiter;
    }
    void await_resume() const noexcept {}
};

struct PromiseBase {
    std::coroutine_handle<> awaiter = std::noop_coroutine();
    std::exception_ptr failure;

    std::suspend_always initial_suspend() const noexcept { return {}; }
    ResumesAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { failure = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
    std::optional<T> value;

    Task<T> get_return_object() noexcept;
    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        if (failure) std::rethrow_exception(failure);
        return std::move(*value);
    }
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const {
        if (failure) std::rethrow_exception(failure);
    }
};

}  // namespace detail

/// A coroutine that gives one T. Owned by one object; awaited once, or run by a Loop.
/// An exception in it is thrown where it is awaited.
template <class T = void>
class [[nodiscard]] Task {
public:
    using promise_type = detail::Promise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    Task() = default;
    explicit Task(Handle handle) noexcept : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            reset();
            handle_ = std::exchange(other.handle_, {});
        }
        return *this;
    }
    ~Task() { reset(); }

    explicit operator bool() const noexcept { return static_cast<bool>(handle_); }
    bool done() const noexcept { return handle_ && handle_.done(); }

    bool await_ready() const noexcept { return false; }
    Handle await_suspend(std::coroutine_handle<> awaiter) const noexcept {
        handle_.promise().awaiter = awaiter;
        return handle_;
    }
    T await_resume() const { return handle_.promise().take(); }

    /// For the loop, which starts a task that nobody awaits and takes its result at the end.
    void start() const { handle_.resume(); }
    T take() const { return handle_.promise().take(); }

private:
    void reset() noexcept {
        if (handle_) std::exchange(handle_, {}).destroy();
    }
    Handle handle_;
};

template <class T>
Task<T> detail::Promise<T>::get_return_object() noexcept {
    return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}

inline Task<void> detail::Promise<void>::get_return_object() noexcept {
    return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

/// What a lookup gives: a T that is there already (no allocation, no wait), or a Task that will
/// have it. Awaited the same way.
template <class T>
class [[nodiscard]] Answer {
public:
    Answer(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Answer(Task<T> task) : state_(std::in_place_index<1>, std::move(task)) {}
    template <class U>
        requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
                 !std::is_same_v<std::remove_cvref_t<U>, Task<T>> &&
                 !std::is_same_v<std::remove_cvref_t<U>, Answer>)
    Answer(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}

    bool await_ready() const noexcept { return state_.index() == 0; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) const noexcept {
        return std::get<1>(state_).await_suspend(awaiter);
    }
    T await_resume() {
        if (state_.index() == 0) return std::get<0>(std::move(state_));
        return std::get<1>(state_).await_resume();
    }

private:
    std::variant<T, Task<T>> state_;
};

}  // namespace postern::event

namespace postern {
using event::Answer;
using event::Task;
}  // namespace postern
