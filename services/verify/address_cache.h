// What is known of the deliverability of addresses, and for how long (ADDRESS_VERIFICATION_README).
#pragma once

#include "lib/base/clock.h"
#include "lib/service/verify.h"

#include <map>
#include <string>

namespace postern::verify {

/// How long knowledge holds; the names are those of main.cf.
struct Lifetimes {
    seconds address_verify_positive_expire_time, address_verify_negative_expire_time;
    bool address_verify_negative_cache;
};

/// In memory: it begins empty with each process, of which there is one.
class AddressCache {
public:
    explicit AddressCache(const Lifetimes& lifetimes) : lifetimes_(lifetimes) {}

    /// `unknown` where nothing is known, or no longer.
    service::AddressKnowledge find(const std::string& address, WallTime now);
    void update(const service::UpdateAddress& result, WallTime now);
    void forget_expired(WallTime now);
    std::size_t size() const noexcept { return known_.size(); }

private:
    struct Known {
        service::AddressKnowledge knowledge;
        WallTime until;
    };
    const Lifetimes lifetimes_;
    std::map<std::string, Known> known_;
};

}  // namespace postern::verify
