// What flush does: records deferred messages by site, and has them tried when a site is ready.
#pragma once

#include "lib/mail/domain_list.h"
#include "lib/queue/spool.h"
#include "lib/service/client.h"
#include "lib/service/daemon.h"
#include "lib/service/flush.h"
#include "lib/service/qmgr.h"
#include "services/flush/site_logs.h"

#include <memory>
#include <string>
#include <vector>

namespace postern::flush {

class Flusher {
public:
    /// `domains` is fast_flush_domains. The spool is shared with jobs in threads, which may outlive
    /// the request that they are for.
    Flusher(service::Daemon& daemon, std::shared_ptr<const queue::Spool> spool,
            mail::DomainList domains);

    Task<Result<service::Done>> record(service::RecordDeferred message);
    Task<Result<service::Flushed>> flush_site(std::string site);
    Task<Result<service::Flushed>> flush_message(std::string queue_id);
    /// Wake-up: sites that nobody asked for are tried now and then; `everything`: all of them.
    Task<Result<service::Done>> refresh(bool everything);

private:
    Task<Result<void>> flush_log(std::string log);
    Task<Result<void>> try_now(std::vector<queue::QueueId> ids, std::string log);
    Task<Result<void>> ask_qmgr(std::string queue_id);

    service::Daemon& daemon_;
    std::shared_ptr<const queue::Spool> spool_;
    mail::DomainList domains_;
    service::Client qmgr_;
    const LogAges ages_;
};

}  // namespace postern::flush
