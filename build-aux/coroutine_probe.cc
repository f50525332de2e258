// Is this compiler to be trusted with coroutines? Each check below is ordinary code that g++ 12
// accepts and miscompiles: it frees a temporary twice, or loses it, or hangs. configure compiles
// this with the flags of the build and refuses a compiler for which it does not exit 0.
#include <coroutine>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace {

// Counts objects that are alive: zero at the end, or something was destroyed twice or never.
int alive = 0;

struct Owner {
    Owner() { ++alive; }
    Owner(const Owner&) { ++alive; }
    Owner(Owner&&) noexcept { ++alive; }
    Owner& operator=(const Owner&) = default;
    ~Owner() { --alive; }
};

struct Aggregate {
    Owner owner;
    std::unique_ptr<int> value;
    std::string text;
};

struct Task {
    struct promise_type {
        int value = 0;
        std::coroutine_handle<> waiting = std::noop_coroutine();

        Task get_return_object() {
            return Task{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        struct Final {
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(
                std::coroutine_handle<promise_type> done) noexcept {
                return done.promise().waiting;
            }
            void await_resume() noexcept {}
        };
        Final final_suspend() noexcept { return {}; }
        void return_value(int result) { value = result; }
        void unhandled_exception() { std::abort(); }
    };

    explicit Task(std::coroutine_handle<promise_type> handle) : coroutine(handle) {}
    Task(Task&& other) noexcept : coroutine(std::exchange(other.coroutine, {})) {}
    ~Task() {
        if (coroutine) coroutine.destroy();
    }

    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
        coroutine.promise().waiting = caller;
        return coroutine;
    }
    int await_resume() { return coroutine.promise().value; }

    std::coroutine_handle<promise_type> coroutine;
};

// A wait that ends when somebody resumes the parked coroutine, or never.
std::coroutine_handle<> parked;

struct Park {
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> caller) { parked = caller; }
    int await_resume() { return 1; }
};

Task take(Aggregate given) {
    co_await Park{};
    co_return given.value ? *given.value : 0;
}

template <class Function>
Task call(Function function) {
    co_await Park{};
    co_return function();
}

Task at_once() { co_return 1; }

Task aggregate_temporary() {
    co_return co_await take(Aggregate{{}, std::make_unique<int>(7), std::string(64, 'x')});
}

Task lambda_temporary() {
    Owner owner;
    std::string text(64, 'x');
    co_return co_await call([owner, text] { return static_cast<int>(text.size()); });
}

Task conditional(bool first) {
    co_return first ? co_await take(Aggregate{{}, std::make_unique<int>(3), {}})
                    : co_await take(Aggregate{{}, std::make_unique<int>(4), {}});
}

Task condition_without_locals() {
    if (co_await take(Aggregate{{}, std::make_unique<int>(1), {}})) co_return 5;
    co_return 6;
}

// Must not grow the stack: each await hands over without a call.
Task two_million_at_once() {
    int sum = 0;
    for (int turn = 0; turn < 2'000'000; ++turn) sum += co_await at_once();
    co_return sum;
}

bool failed = false;

void expect(bool holds, const char* what, const char* check) {
    if (holds) return;
    failed = true;
    std::fprintf(stderr, "%s: %s\n", what, check);
}

// Runs a task to its end, and a second one up to its first wait, where it is destroyed.
template <class Make>
void probe(const char* what, int expected, Make make) {
    {
        Task task = make();
        parked = {};
        task.coroutine.resume();
        while (parked) std::exchange(parked, {}).resume();
        expect(task.coroutine.done(), what, "did not come to its end");
        expect(task.coroutine.promise().value == expected, what, "gave a wrong value");
    }
    expect(alive == 0, what, "destroyed a temporary twice or never");
    {
        Task task = make();
        task.coroutine.resume();
    }
    expect(alive == 0, what, "destroyed a temporary twice or never when it was ended at a wait");
    alive = 0;
}

}  // namespace

int main() {
    probe("an owning aggregate temporary", 7, aggregate_temporary);
    probe("a capturing lambda temporary", 64, lambda_temporary);
    probe("the first branch of ?:", 3, [] { return conditional(true); });
    probe("the second branch of ?:", 4, [] { return conditional(false); });
    probe("a condition without local variables", 5, condition_without_locals);
    probe("two million awaits", 2'000'000, two_million_at_once);
    return failed ? 1 : 0;
}
