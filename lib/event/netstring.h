// Netstrings (https://cr.yp.to/proto/netstrings.txt): "12:hello world!,".
#pragma once

#include "lib/event/stream.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::event {

std::string netstring(std::string_view text);
/// What stands before the text.
std::string netstring_start(std::size_t size);

/// Reads the length with which a netstring begins, and the colon behind it. Errors: those of the
/// stream; too_long: it is above `limit`; permanent: it is no netstring.
Task<Result<std::size_t>> read_netstring_size(Stream& stream, std::size_t limit, Deadline deadline);
/// Reads the comma with which it ends. Error, permanent: there is something else.
Task<Result<void>> read_netstring_end(Stream& stream, Deadline deadline);
/// Reads all of it, and gives the text.
Task<Result<std::string>> read_netstring(Stream& stream, std::size_t limit, Deadline deadline);

}  // namespace postern::event
