// What all deliveries of the process share.
#pragma once

#include "lib/event/loop.h"
#include "lib/nexthop/dane.h"
#include "lib/nexthop/mail_exchangers.h"
#include "smtp/kept_sessions.h"
#include "smtp/require_tls.h"
#include "smtp/sasl.h"
#include "smtp/tables.h"
#include "smtp/tls.h"
#include "smtp/tls_reports.h"

namespace postern::smtp {

using nexthop::Destination;
using nexthop::MailServer;
using nexthop::NoServer;

/// References outlive it.
struct Office {
    event::Loop& loop;
    const Settings& settings;
    const Flags& flags;
    nexthop::MailExchangers& exchangers;
    KeptSessions& kept;
    Tables& tables;
    Log log;
    const Logins* logins = nullptr;                  ///< null: not enabled
    const Tls* tls = nullptr;                        ///< null: nothing is encrypted
    const RequireTlsPolicy* require_tls = nullptr;   ///< null: REQUIRETLS is not known
    const nexthop::Dane* dane = nullptr;   ///< null: the DNS is not asked for more than addresses
    TlsReports* tls_reports = nullptr;     ///< null: nobody is told of handshakes
};

}  // namespace postern::smtp
