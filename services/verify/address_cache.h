// What is known of the deliverability of addresses, and for how long (ADDRESS_VERIFICATION_README).
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"
#include "lib/table/store.h"
#include "services/verify/address_record.h"

#include <memory>
#include <string>

namespace postern::verify {

/// How long knowledge holds; the names are those of main.cf.
struct Lifetimes {
    explicit Lifetimes(const config::Config& config);
    Lifetimes() = default;

    seconds address_verify_positive_expire_time{}, address_verify_positive_refresh_time{};
    seconds address_verify_negative_expire_time{}, address_verify_negative_refresh_time{};
    bool address_verify_negative_cache = true;
};

/// References outlive it.
class AddressCache {
public:
    /// `store` is the table of address_verify_map, or one in memory.
    AddressCache(const Lifetimes& lifetimes, std::unique_ptr<table::Store> store, const Log& log);

    struct Answer {
        service::AddressKnowledge knowledge;
        bool wants_probe = false;  ///< and has noted that one is under way
    };
    /// `unknown` where nothing is known, or no longer. What grows old is still told while a probe
    /// finds out anew.
    Answer query(const std::string& address, WallTime now);
    /// The result of a probe. One that failed does not take the place of a success that still
    /// holds.
    void update(const service::UpdateAddress& result, WallTime now);

    /// Removes what has expired of the next hundred entries. False: those were the last.
    bool clean_some(WallTime now);
    /// Gives the table back; nothing is known from now on.
    void give_up() { store_.reset(); }

private:
    std::optional<AddressRecord> find(const std::string& address);
    void put(const std::string& address, const AddressRecord& record);
    void remove(const std::string& address);
    bool has_expired(const AddressRecord& record, std::int64_t now) const;
    bool is_to_be_probed(const AddressRecord& record, std::int64_t now) const;

    const Lifetimes lifetimes_;
    std::unique_ptr<table::Store> store_;
    const Log& log_;
    std::optional<std::string> cleaned_up_to_;
};

}  // namespace postern::verify
