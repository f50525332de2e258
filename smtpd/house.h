// What is the same for all sessions of a process; everything outlives them.
#pragma once

#include "lib/dns/resolver.h"
#include "lib/event/loop.h"
#include "lib/queue/spool.h"
#include "lib/service/client.h"
#include "lib/service/daemon.h"
#include "smtpd/settings.h"

namespace postern::smtpd {

class AddressBook;
class Authentication;
class ClientNames;
class DnsLists;
class FreeSpace;
class MilterList;
class Lists;
class Notices;
class ProxyFilter;
class Rates;
class Rulebook;
class Tls;

/// `sendmail -bs`: one client, on standard input and output.
struct StandAlone {
    std::string postdrop;     ///< the path of the command that takes the mail; "": cleanup does
    bool has_access_control;  ///< for the mail owner only, who can ask the other services
};

struct House {
    const Settings& settings;
    const Lists& lists;
    const Rulebook& rules;
    AddressBook& addresses;
    ClientNames& names;
    Rates& rates;
    FreeSpace& queue_space;
    service::Client& cleanup;
    service::Client& flush;
    service::Client& verify;
    dns::Resolver& resolver;  ///< behind smtpd_dns_reply_filter
    DnsLists& dns_lists;
    Notices& notices;
    event::Loop& loop;
    const MilterList* milters = nullptr;
    const queue::Spool* spool = nullptr;             ///< null: no milters
    const Authentication* authentication = nullptr;  ///< null: not enabled
    const StandAlone* stand_alone = nullptr;         ///< null: started by master
    const ProxyFilter* proxy_filter = nullptr;       ///< null: none stands before the queue
    const Tls* tls = nullptr;                        ///< null: not offered
    const service::Daemon* daemon = nullptr;         ///< null: stand-alone
};

}  // namespace postern::smtpd
