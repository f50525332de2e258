// Notices of new messages; see the header.
#include "cleanup/notifier.h"

#include "lib/service/client_of.h"
#include "lib/service/qmgr.h"

namespace postern::cleanup {

namespace {

constexpr seconds patience{600};
/// The one queue manager reads all notices of a connection in one go.
constexpr service::Client::Limits limits{.max_connections = 1, .spread_above = 1000000,
                                          .patience = seconds(0)};

}  // namespace

Notifier::Notifier(event::Loop& loop, const config::Config& config, event::TaskGroup::OnBug on_bug)
    : loop_(loop),
      qmgr_(loop, service::public_socket(config, "queue_service_name"),
            service::kept_as(config, limits)),
      tasks_(loop, std::move(on_bug)) {}

void Notifier::tell(std::string queue_id) {
    tasks_.spawn(notify(std::move(queue_id)));
}

Task<void> Notifier::notify(std::string queue_id) {
    // The client repeats it; an answer that is an error leaves the message to qmgr's own scan.
    auto noticed = co_await qmgr_.call(service::NewMessage{std::move(queue_id)}, loop_.in(patience));
    is_crowded_ = noticed && !noticed->has_room;
}

}  // namespace postern::cleanup
