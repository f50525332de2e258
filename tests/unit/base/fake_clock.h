// A clock that a test moves.
#pragma once

#include "lib/base/clock.h"

namespace postern::test {

class FakeClock final : public Clock {
public:
    Monotonic monotonic() const override { return monotonic_; }
    WallTime wall() const override { return wall_; }
    void advance(microseconds by) {
        monotonic_ += by;
        wall_ += by;
    }

private:
    Monotonic monotonic_{seconds(1000)};
    WallTime wall_ = from_unix(1795532941);   // Nov 24 15:09:01 2026 UTC
};

}  // namespace postern::test
