// What a message is coming to: the worst that was found so far, and why.
#pragma once

#include "lib/base/result.h"
#include "lib/service/cleanup.h"

#include <string>

namespace postern::cleanup {

class Fate {
public:
    /// Nothing that still comes can change it.
    bool is_settled() const noexcept { return status_ != service::CleanupStatus::ok; }
    service::CleanupStatus status() const noexcept { return status_; }
    /// "5.7.1 text", or what failed.
    const std::string& reason() const noexcept { return reason_; }

    /// Counts unless a worse one is known.
    void fail(service::CleanupStatus status, std::string reason);
    /// A table or service that could not tell; a permanent error is bad input.
    void fail(const Error& error);
    /// The outcome of writing: false, and cannot_write, when it failed.
    bool check(const Result<void>& done);

private:
    service::CleanupStatus status_ = service::CleanupStatus::ok;
    std::string reason_;
};

}  // namespace postern::cleanup
