// Writes a process's log when its lines have waited long enough.
#pragma once

#include "lib/base/log.h"
#include "lib/event/loop.h"

namespace postern::service {

/// Makes the loop flush `book`: the link between a log, which knows no loop, and a loop. Made after
/// the book, and taken out of it when it ends.
class LogTimer final : public LogSchedule, private event::Timer, private event::TurnEnd {
public:
    LogTimer(event::Loop& loop, LogBook& book) : loop_(loop), book_(book) { book_.set_schedule(this); }
    ~LogTimer() override { book_.set_schedule(nullptr); }
    LogTimer(const LogTimer&) = delete;

    void flush_within(milliseconds wait) override {
        if (wait <= milliseconds(0))
            loop_.request(*this);
        else
            loop_.set(*this, loop_.in(wait));
    }

private:
    void expired() override { book_.flush(); }
    void at_turn_end() override { book_.flush(); }
    event::Loop& loop_;
    LogBook& book_;
};

}  // namespace postern::service
