// The spool's parameters; see the header.
#include "lib/service/spool_of.h"

namespace postern::service {

queue::Layout spool_layout(const config::Config& config) {
    queue::Layout layout;
    layout.hash_queue_names = config.list("hash_queue_names");
    layout.hash_queue_depth = static_cast<int>(config.number("hash_queue_depth"));
    return layout;
}

Result<queue::Spool> spool_here(const config::Config& config) {
    return queue::Spool::open(".", spool_layout(config));
}

}  // namespace postern::service
