// What posttls-finger(1) is asked for.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/config/main_cf.h"
#include "lib/tls/level.h"

#include <optional>
#include <string>
#include <vector>

namespace postern::posttls_finger {

struct Options {
    std::string destination;
    std::vector<std::string> matches;

    bool is_lmtp = false;               ///< -S
    bool wraps = false;                 ///< -w
    bool prefers_bare_key = false;      ///< -x
    bool is_quiet = false;              ///< -c: the dialogue is not shown
    bool prints_chain = false;          ///< -C
    bool asks_always = false;           ///< -f: TLSA records of hosts in unsigned zones, too
    bool uses_srv = false;              ///< -R
    std::string family = "any";         ///< -a
    std::string host_lookup = "dns";    ///< -h
    std::string digest;                 ///< -d; "" main.cf's
    std::string grade = "medium", protocols = ">=TLSv1";   ///< -g, -p
    std::optional<tls::Level> level;    ///< -l; nothing: dane, or secure without DNSSEC
    std::string insecure_mx = "dane";   ///< -M
    std::string server_name;            ///< -s
    std::string ca_file, ca_path;       ///< -F, -P
    std::string trust_anchors;          ///< -A
    std::vector<std::string> chain_files;          ///< -H
    std::string certificate_file, key_file;        ///< -k, -K
    seconds connect_timeout{30}, command_timeout{30};   ///< -t, -T
    seconds reconnect_delay{0};         ///< -r; 0: once
    int reconnects = 5;                 ///< -m
    int verbosity = 0;                  ///< -v

    /// -L
    struct Logging {
        bool summary = true, match = true, certificate = false, cache = false, traces = false;
        int level = 1;                  ///< as smtp_tls_loglevel
    } logging;
    std::vector<config::Override> overrides;   ///< -o
};

/// Error: permanent, the usage or what is wrong with an option.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::posttls_finger
