// What the queue manager has recorded and told of recipients that were not delivered.
#pragma once

#include "lib/event/loop.h"
#include "lib/queue/envelope.h"
#include "lib/service/bounce.h"
#include "lib/service/client.h"
#include "lib/service/delivery.h"
#include "qmgr/settings.h"

#include <string>
#include <vector>

namespace postern::qmgr {

/// The part of a result that a report needs.
service::BounceEntry report_entry(const service::DeliveryRecipient& recipient,
                                  const service::DeliveryResult& result);

class Reports {
public:
    Reports(const Settings& settings, const config::Config& config, event::Loop& loop);

    enum class Book { bounce, defer, trace };
    /// Errors: temporary, the service did not confirm.
    Task<Result<void>> record(Book book, std::string queue_id,
                              std::vector<service::BounceEntry> entries);
    Task<Result<void>> send(service::ReportKind kind, std::string queue_id,
                            queue::Envelope envelope);

private:
    service::Client& client(Book book);

    const Settings& settings_;
    event::Loop& loop_;
    service::Client bounce_, defer_, trace_;
};

}  // namespace postern::qmgr
