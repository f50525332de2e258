// What systemd wants to know of a service of type "notify" (sd_notify(3)).
#pragma once

#include "lib/base/fd.h"
#include "lib/event/loop.h"

#include <string_view>

namespace postern::master {

/// Speaks only where the environment has NOTIFY_SOCKET, and sends signs of life where it has
/// WATCHDOG_USEC. Made before the environment is reduced for the children.
class Systemd : private event::Timer {
public:
    explicit Systemd(event::Loop& loop);

    void is_ready();
    void is_reloading();
    void is_stopping();

private:
    void expired() override;
    void send(std::string_view message) const;

    event::Loop& loop_;
    Fd socket_;
    microseconds watchdog_{0};
};

}  // namespace postern::master
