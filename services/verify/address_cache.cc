// Knowledge of addresses; see the header.
#include "services/verify/address_cache.h"

namespace postern::verify {

using service::AddressState;

service::AddressKnowledge AddressCache::find(const std::string& address, WallTime now) {
    const auto found = known_.find(address);
    if (found == known_.end()) return {AddressState::unknown, "Address verification in progress"};
    if (found->second.until > now) return found->second.knowledge;
    known_.erase(found);
    return {AddressState::unknown, "Address verification in progress"};
}

void AddressCache::update(const service::UpdateAddress& result, WallTime now) {
    const bool is_positive = result.state == AddressState::deliverable;
    if (!is_positive && !lifetimes_.address_verify_negative_cache) {
        known_.erase(result.address);
        return;
    }
    const seconds lifetime = is_positive ? lifetimes_.address_verify_positive_expire_time
                                         : lifetimes_.address_verify_negative_expire_time;
    known_[result.address] = {{result.state, result.text}, now + lifetime};
}

void AddressCache::forget_expired(WallTime now) {
    std::erase_if(known_, [now](const auto& entry) { return entry.second.until <= now; });
}

}  // namespace postern::verify
