// Knowledge of addresses; see the header.
#include "services/verify/address_cache.h"

#include "lib/base/strings.h"

namespace postern::verify {

using service::AddressState;

namespace {

/// A probe whose result did not come by then is lost, and sent again.
constexpr std::int64_t probe_lifetime = 1000;
constexpr int entries_at_once = 100;
constexpr std::string_view in_progress = "Address verification in progress";

}  // namespace

Lifetimes::Lifetimes(const config::Config& config)
    : address_verify_positive_expire_time(config.time("address_verify_positive_expire_time")),
      address_verify_positive_refresh_time(config.time("address_verify_positive_refresh_time")),
      address_verify_negative_expire_time(config.time("address_verify_negative_expire_time")),
      address_verify_negative_refresh_time(config.time("address_verify_negative_refresh_time")),
      address_verify_negative_cache(config.boolean("address_verify_negative_cache")) {}

AddressCache::AddressCache(const Lifetimes& lifetimes, std::unique_ptr<table::Store> store,
                           const Log& log)
    : lifetimes_(lifetimes), store_(std::move(store)), log_(log) {}

std::optional<AddressRecord> AddressCache::find(const std::string& address) {
    if (!store_) return std::nullopt;
    auto found = store_->find(address);
    if (!found) log_.warning("address_verify_map: {}", found.error().text);
    if (!found || !*found) return std::nullopt;
    auto record = AddressRecord::parse(**found);
    if (!record)
        log_.warning("address_verify_map: bad entry \"{}\" for \"{}\"", printable(**found),
                     printable(address));
    return record;
}

void AddressCache::put(const std::string& address, const AddressRecord& record) {
    if (!store_) return;
    auto done = store_->put(address, record.value(), table::OnDuplicate::replace);
    if (!done) log_.warning("address_verify_map: {}", done.error().text);
}

void AddressCache::remove(const std::string& address) {
    if (!store_) return;
    auto done = store_->remove(address);
    if (!done) log_.warning("address_verify_map: {}", done.error().text);
}

bool AddressCache::has_expired(const AddressRecord& record, std::int64_t now) const {
    const seconds lifetime = record.state == AddressState::deliverable
                                 ? lifetimes_.address_verify_positive_expire_time
                                 : lifetimes_.address_verify_negative_expire_time;
    return record.updated + lifetime.count() <= now;
}

bool AddressCache::is_to_be_probed(const AddressRecord& record, std::int64_t now) const {
    if (record.probed > 0 && record.probed + probe_lifetime > now && record.probed <= now)
        return false;
    if (record.state == AddressState::unknown) return true;
    const seconds fresh = record.state == AddressState::deliverable
                              ? lifetimes_.address_verify_positive_refresh_time
                              : lifetimes_.address_verify_negative_refresh_time;
    return record.updated + fresh.count() <= now;
}

AddressCache::Answer AddressCache::query(const std::string& address, WallTime moment) {
    const std::int64_t now = to_unix(moment);
    const std::string key = lower(address);
    AddressRecord record = find(key).value_or(AddressRecord());
    if (record.state != AddressState::unknown && has_expired(record, now))
        record = {AddressState::unknown, record.probed, 0, {}};
    Answer answer{{record.state, record.text}, is_to_be_probed(record, now)};
    if (record.state == AddressState::unknown) answer.knowledge.text = in_progress;
    const bool is_told_once = record.state != AddressState::unknown &&
                              record.state != AddressState::deliverable &&
                              !lifetimes_.address_verify_negative_cache;
    if (is_told_once) {
        remove(key);
        answer.wants_probe = false;
    } else if (answer.wants_probe) {
        record.probed = now;
        put(key, record);
    }
    return answer;
}

void AddressCache::update(const service::UpdateAddress& result, WallTime moment) {
    const std::int64_t now = to_unix(moment);
    const std::string key = lower(result.address);
    auto known = find(key);
    if (result.state != AddressState::deliverable && known &&
        known->state == AddressState::deliverable && !has_expired(*known, now)) {
        known->probed = 0;
        return put(key, *known);
    }
    put(key, {result.state, 0, now, result.text});
}

bool AddressCache::clean_some(WallTime moment) {
    for (int i = 0; store_ && i < entries_at_once; ++i) {
        auto entry = store_->next(cleaned_up_to_);
        if (!entry) log_.warning("address_verify_map: {}", entry.error().text);
        if (!entry || !*entry) {
            cleaned_up_to_.reset();
            return false;
        }
        cleaned_up_to_ = (*entry)->key;
        const auto record = AddressRecord::parse((*entry)->value);
        const std::int64_t now = to_unix(moment);
        const bool is_probed = record && record->probed + probe_lifetime > now;
        if (!record || (has_expired(*record, now) && !is_probed)) remove((*entry)->key);
    }
    return store_ != nullptr;
}

}  // namespace postern::verify
