// What is the same for all messages of the process.
#pragma once

#include "cleanup/address_rules.h"
#include "cleanup/notifier.h"
#include "cleanup/settings.h"
#include "lib/event/file_sync.h"
#include "lib/mail/content_checks.h"
#include "lib/queue/spool.h"
#include "lib/report/reporter.h"
#include "lib/service/client.h"

namespace postern::cleanup {

class OwnMilters;

/// References outlive all messages.
struct Workshop {
    const Settings& settings;
    const queue::Spool& spool;
    const AddressRules& rules;
    const mail::ContentChecks& checks;
    const Clock& clock;
    const Reporter& reporter;
    event::FileSync& disk;
    Notifier& qmgr;
    service::Client& trace;    ///< the logs of reports that senders asked for
    event::Loop& loop;
    const OwnMilters* own_milters = nullptr;               ///< null: none
    const mail::ContentChecks* milter_checks = nullptr;    ///< milter_header_checks
};

}  // namespace postern::cleanup
