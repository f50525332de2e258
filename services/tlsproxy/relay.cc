// Carrying bytes; see the header.
#include "services/tlsproxy/relay.h"

#include "lib/event/condition.h"
#include "lib/event/group.h"

namespace postern::tlsproxy {

namespace {

Task<void> carry(event::Stream& from, event::Stream& to, seconds longest_silence,
                 event::Condition& ended) {
    event::Loop& loop = from.loop();
    for (;;) {
        auto input = co_await from.peek(1, loop.in(longest_silence));
        if (!input) break;
        to.write(*input);
        from.consume(input->size());
        if (auto sent = co_await to.flush(loop.in(longest_silence)); !sent) break;
    }
    ended.notify_all();
}

}  // namespace

Task<void> relay(event::Stream& one, event::Stream& other, seconds longest_silence) {
    event::Condition ended(one.loop());
    event::TaskGroup directions(one.loop());
    directions.spawn(carry(one, other, longest_silence, ended));
    directions.spawn(carry(other, one, longest_silence, ended));
    if (directions.size() == 2) co_await ended.wait();
}

}  // namespace postern::tlsproxy
