// Regular wake-ups; see the header.
#include "master/wake_up.h"

#include "lib/service/qmgr.h"

#include <tuple>

namespace postern::master {

namespace {

/// For the service to start and confirm. A wake-up that is lost is followed by the next.
constexpr seconds patience{60};

}  // namespace

WakeUp::WakeUp(event::Loop& loop, const Reporter& reporter)
    : loop_(loop), reporter_(reporter), tasks_(loop, [this](const std::string& what) {
          reporter_.log().line(Severity::panic, "internal error: " + what);
      }) {}

void WakeUp::set(const PlannedService& planned) {
    stop();
    const config::MasterEntry& entry = planned.entry;
    interval_ = entry.wake_up;
    fifo_.clear();
    if (entry.type == config::ServiceType::fifo)
        fifo_ = entry.socket_path();
    else if (entry.type == config::ServiceType::unix_stream)
        client_ = std::make_unique<service::Client>(loop_, entry.socket_path());
    else
        interval_ = seconds(0);
    if (!entry.wake_up_only_when_used) begin();
}

void WakeUp::used() {
    if (tasks_.empty()) begin();
}

void WakeUp::stop() {
    tasks_.cancel();
    client_.reset();
    interval_ = seconds(0);
}

void WakeUp::begin() {
    if (interval_.count() > 0) tasks_.spawn(repeat(interval_));
}

Task<void> WakeUp::repeat(seconds interval) {
    for (;;) {
        const Deadline next = loop_.in(interval);
        co_await wake();
        co_await event::Sleep(loop_, next);
    }
}

Task<void> WakeUp::wake() {
    if (!client_) {
        // Nobody may be reading yet: the byte waits in the fifo, and a full one is wish enough.
        if (auto fifo = open_file(fifo_, O_WRONLY | O_NONBLOCK))
            std::ignore = write_all(fifo->get(), "W", fifo_);
        co_return;
    }
    const auto answer = co_await client_->call(service::Trigger{"W"}, loop_.in(patience));
    if (!answer) reporter_.log().verbose(1, "wake-up of {}: {}", client_->path(), answer.error().text);
    client_->close_idle();
}

}  // namespace postern::master
