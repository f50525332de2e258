// Sessions in a table (smtpd_tls_session_cache_database, smtp_..., lmtp_...), for a time.
//
// An entry: the id in hexadecimal; the second since 1970 from which it is too old, a space, the
// session in base64. What has another form is too old.
#pragma once

#include "lib/base/clock.h"
#include "lib/table/store.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace postern::tlsmgr {

class SessionCacheTable {
public:
    SessionCacheTable(std::unique_ptr<table::Store> store, seconds lifetime)
        : store_(std::move(store)), lifetime_(lifetime) {}

    /// Errors of all: the table's.
    Result<std::optional<std::string>> find(std::string_view id, WallTime now);
    Result<void> save(std::string_view id, std::string_view session, WallTime now);
    Result<void> remove(std::string_view id);

    /// Looks at up to `count` entries, going on where it stopped, and removes what is too old. True
    /// at the end of the table.
    Result<bool> clean_up(std::size_t count, WallTime now);
    seconds lifetime() const noexcept { return lifetime_; }

private:
    std::unique_ptr<table::Store> store_;
    const seconds lifetime_;
    std::optional<std::string> cleaned_to_;
};

}  // namespace postern::tlsmgr
