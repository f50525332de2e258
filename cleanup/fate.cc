// Outcomes; see the header.
#include "cleanup/fate.h"

namespace postern::cleanup {

using service::CleanupStatus;

void Fate::fail(CleanupStatus status, std::string reason) {
    if (status <= status_) return;  // a worse one is known
    status_ = status;
    reason_ = std::move(reason);
}

void Fate::fail(const Error& error) {
    fail(error.is_permanent() ? CleanupStatus::bad_input : CleanupStatus::map_failed, error.text);
}

bool Fate::check(const Result<void>& done) {
    if (done) return true;
    fail(CleanupStatus::cannot_write, done.error().text);
    return false;
}

}  // namespace postern::cleanup
