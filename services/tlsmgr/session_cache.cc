// Caches of sessions; see the header.
#include "services/tlsmgr/session_cache.h"

#include "lib/base/base64.h"
#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::tlsmgr {

namespace {

std::string key_of(std::string_view id) {
    std::string key;
    for (const char c : id) key += fmt::format("{:02X}", static_cast<unsigned char>(c));
    return key;
}

/// The session of an entry that is still good.
std::optional<std::string> session_of(std::string_view entry, WallTime now) {
    const auto parts = cut(entry, ' ');
    if (!parts) return std::nullopt;
    const auto until = parse_number(parts->first);
    if (!until || to_unix(now) >= static_cast<std::int64_t>(*until)) return std::nullopt;
    return base64_decoded(parts->second);
}

}  // namespace

Result<std::optional<std::string>> SessionCacheTable::find(std::string_view id, WallTime now) {
    const std::string key = key_of(id);
    auto found = store_->find(key);
    if (!found) return found.error();
    if (!*found) return std::optional<std::string>();
    auto session = session_of(**found, now);
    if (!session)
        if (auto removed = store_->remove(key); !removed) return removed.error();
    return session;
}

Result<void> SessionCacheTable::save(std::string_view id, std::string_view session, WallTime now) {
    const std::string entry = fmt::format("{} {}", to_unix(now + lifetime_), base64_encoded(session));
    auto put = store_->put(key_of(id), entry, table::OnDuplicate::replace);
    if (!put) return put.error();
    return success();
}

Result<void> SessionCacheTable::remove(std::string_view id) {
    auto removed = store_->remove(key_of(id));
    if (!removed) return removed.error();
    return success();
}

Result<bool> SessionCacheTable::clean_up(std::size_t count, WallTime now) {
    for (; count > 0; --count) {
        auto entry = store_->next(cleaned_to_ ? std::optional<std::string_view>(*cleaned_to_)
                                              : std::nullopt);
        if (!entry) return entry.error();
        if (!*entry) {
            cleaned_to_.reset();
            return true;
        }
        cleaned_to_ = (*entry)->key;
        if (session_of((*entry)->value, now)) continue;
        if (auto removed = store_->remove((*entry)->key); !removed) return removed.error();
    }
    return false;
}

}  // namespace postern::tlsmgr
