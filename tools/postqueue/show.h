// Shows the listing of the queue: for people as mailq(1) does, for programs as JSON objects.
#pragma once

#include "lib/base/result.h"
#include "tools/postqueue/listing_reader.h"

#include <cstdio>

namespace postern::postqueue {

/// -p. `long_ids`: enable_long_queue_ids, which widens the first column. What was read before an
/// error has been shown.
Result<void> show_text(ListingReader& listing, bool long_ids, std::FILE* output);
/// -j: one object a line (RFC 8259).
Result<void> show_json(ListingReader& listing, std::FILE* output);

}  // namespace postern::postqueue
