// Where the random numbers of TLS come from besides the system (tls_random_source), and what is handed from
// one tlsmgr to the next (tls_random_exchange_name).
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"
#include "lib/event/loop.h"

#include <string>

namespace postern::tlsmgr {

struct RandomSettings {
    explicit RandomSettings(const config::Config& config);

    std::string source;             ///< "dev:PATH", "egd:PATH" (a socket), PATH; "" none
    std::size_t bytes;              ///< of it, each time
    std::string exchange_file;
    seconds reseed_period, update_period;
};

/// What is missing or cannot be read is logged: OpenSSL seeds itself, so nothing is less safe for it.
class Randomness {
public:
    /// Stirs in what the source gives and what the exchange file holds. References outlive it.
    Randomness(event::Loop& loop, RandomSettings settings, Log log);

    /// Reads the source again after each period, at the latest. Does not end.
    Task<void> reseed_regularly();
    /// Writes fresh bytes for the next tlsmgr into the exchange file, now and after each period. Does
    /// not end.
    Task<void> update_regularly();

private:
    void read_source();
    void read_exchange_file();
    void write_exchange_file();

    event::Loop& loop_;
    const RandomSettings settings_;
    const Log log_;
};

}  // namespace postern::tlsmgr
