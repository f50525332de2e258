// The syntax of master.cf (master(5)): one service a logical line, eight columns.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/config/main_cf.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::config {

enum class ServiceType { inet, unix_stream, unix_datagram, fifo, pass };

/// The word of master.cf: inet unix unix-dgram fifo pass.
std::string_view service_type_name(ServiceType type);
std::optional<ServiceType> parse_service_type(std::string_view word);

/// Where an inet service listens: the first column "host:port", "[v6]:port", "port".
struct InetEndpoint {
    std::string host;    ///< without []; "" means all of inet_interfaces
    std::string port;    ///< a number or a name of services(5)
};
/// Error: what is wrong with the address, in quotes.
Result<InetEndpoint> parse_inet_endpoint(std::string_view text);

/// The port's number, by services(5) when it is a name.
Result<int> port_number(const std::string& port);

/// One service. A column "-" is the default, which stands here already, but for `max_processes`.
struct MasterEntry {
    std::string name;
    ServiceType type = ServiceType::unix_stream;
    bool is_private = true;
    bool is_unprivileged = true;
    bool is_chrooted = false;
    seconds wake_up{0};                  ///< 0: never
    bool wake_up_only_when_used = false; ///< "60?"
    std::optional<int> max_processes;    ///< 0: no limit; nothing: default_process_limit
    std::string command;                 ///< a program in daemon_directory
    /// What follows the command, `{ }` removed; -o stays here too, as "-o", "name=value".
    std::vector<std::string> arguments;
    std::vector<Override> overrides;     ///< the -o of `arguments`, parsed
    Location where;
    /// The first seven columns as they stand, "-" and all.
    std::vector<std::string> columns;

    bool uses_default_private() const { return columns.at(2) == "-"; }
    bool uses_default_chroot() const { return columns.at(4) == "-"; }

    /// "private/NAME" or "public/NAME" below the queue directory; for all types but inet.
    std::string socket_path() const;
};

/// Where in an argument with -o its value begins: 2 in "-oname=value", the end of "-o" and "-vo".
std::optional<std::size_t> override_begin(std::string_view word);

/// The -o options with which a service's arguments begin: "-o", "name=value" or "-oname=value".
/// Behind the first word that is no option, all belongs to the service: "argv=sendmail -oi".
Result<std::vector<Override>> find_overrides(const std::vector<std::string>& arguments);

/// One logical line. Errors say what is wrong with which column, without the place.
Result<MasterEntry> parse_master_entry(std::string_view line, bool chroot_default = false);

/// A file line by line, and what its owner should be told of it.
struct MasterCf {
    std::vector<MasterEntry> entries;
    std::vector<std::string> warnings;

    /// What runs: where a service has several lines, the last of them, in the place of the first,
    /// and a warning.
    MasterCf in_effect() const;
};

/// `chroot_default`: what "-" means in the chroot column; it was "y" before
/// compatibility_level 1.
Result<MasterCf> parse_master_cf(std::string_view text, const std::string& file,
                                 bool chroot_default = false);
/// The file of a configuration directory.
Result<MasterCf> read_master_cf(const std::string& file, bool chroot_default = false);

}  // namespace postern::config
