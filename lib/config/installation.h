// What the build and the host say about this installation: the defaults that no table of texts
// can hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::config {

/// The default of a directory, path or version parameter: "command_directory", "mail_version" ...
/// Nothing: not a matter of the build.
std::optional<std::string_view> installed(std::string_view parameter);

/// Our own version, "0.1.0"; mail_version is the level of compatibility.
std::string_view own_version();

/// What gethostname(2) says.
std::string host_name();
/// `name` with a domain: its own, or `mydomain` ("localdomain" when that is empty).
std::string qualified(const std::string& name, const std::string& mydomain);
/// What follows the first dot of a host name; "localdomain" when nothing does.
std::string domain_of(const std::string& host);

}  // namespace postern::config
