// Where the listing comes from: the showq service, or the queue itself while the mail system is
// down.
#pragma once

#include "lib/config/config.h"
#include "tools/postqueue/listing_reader.h"

#include <string>

namespace postern::postqueue {

/// The listing of `service` (showq_service_name) in public/ of the working directory.
/// `is_detailed`: with what only JSON shows. Error: the service cannot be reached.
Result<ListingReader::Source> ask_showq(const std::string& service, const std::string& mail_name,
                                        bool is_detailed);

/// The queue in the working directory, with the mail owner's rights from now on.
Result<ListingReader::Source> read_queue(const config::Config& config, bool is_detailed);

}  // namespace postern::postqueue
