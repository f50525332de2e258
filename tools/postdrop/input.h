// Standard input as records, until it ends or somebody wants us to stop.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/result.h"
#include "lib/queue/record.h"

#include <optional>
#include <string>

namespace postern::postdrop {

/// From its construction on, HUP, INT, QUIT and TERM end the input with an error instead of the
/// process, so that the file in the making is removed.
class Input {
public:
    explicit Input(int descriptor);

    /// Nothing at the end of the input. Error: permanent, damage, or an end within a record;
    /// cancelled, by a signal. The record is valid until the next call.
    Result<std::optional<queue::Record>> next();

private:
    Result<bool> fill();
    Result<void> wait();

    int descriptor_;
    Fd signals_;
    std::string buffer_;
    std::size_t position_ = 0;
};

}  // namespace postern::postdrop
