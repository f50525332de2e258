// Decides who is told what became of a message, and sends it.
#pragma once

#include "bounce/report.h"
#include "lib/config/config.h"
#include "lib/event/loop.h"
#include "lib/report/message_events.h"
#include "lib/report/reporter.h"
#include "lib/service/bounce.h"
#include "lib/service/client.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace postern::bounce {

struct Settings {
    explicit Settings(const config::Config& config);

    std::string myhostname, mail_name, myorigin;
    std::string double_bounce_sender;   ///< with a domain
    std::set<std::string, std::less<>> notify_classes;
    std::string bounce_notice_recipient, second_bounce_notice_recipient, delay_notice_recipient;
    std::size_t bounce_size_limit;
    seconds ipc_timeout, maximal_queue_lifetime;
    bool disable_verp_bounces, enable_threaded_bounces, smtputf8_enable;
};

/// The entries about which somebody with these NOTIFY wishes (RFC 3461 section 4.1) is told; all
/// that gave none are told of failures and delays.
std::vector<queue::LogEntry> wanted(std::vector<queue::LogEntry> entries, service::ReportKind kind);

/// The entries of a request as logs have them.
std::vector<queue::LogEntry> log_entries(const std::vector<service::BounceEntry>& entries);

/// owner-list+user=domain@origin: the sender to whom a report on one recipient goes.
std::string verp_sender(std::string_view sender, std::string_view delimiters, std::string_view recipient);

/// References outlive it.
class Notifier {
public:
    Notifier(const Settings& settings, const config::Config& config, const Templates& templates,
             const queue::Spool& spool, service::Client& cleanup, event::Loop& loop, const Reporter& reporter);

    /// See service::SendReport.
    Task<Result<service::Done>> send(service::SendReport request);

private:
    struct Notice {
        std::string from, to;
        bool is_postmaster_copy = false;
        std::vector<queue::LogEntry> entries;
    };
    Result<std::vector<queue::LogEntry>> entries_of(const service::SendReport& request,
                                                    const queue::QueueId& id) const;
    std::vector<Notice> notices(const service::SendReport& request,
                                const std::vector<queue::LogEntry>& entries) const;
    void add_postmaster(std::vector<Notice>& list, const std::string& to,
                        const std::vector<queue::LogEntry>& entries) const;
    Report report(const service::SendReport& request, const queue::QueueId& id, const Notice& notice) const;
    Task<Result<std::string>> post(Notice notice, std::vector<std::string> lines, service::SendReport about);

    const Settings& settings_;
    const config::Config& config_;
    const Templates& templates_;
    const queue::Spool& spool_;
    service::Client& cleanup_;
    event::Loop& loop_;
    const Reporter& reporter_;
};

}  // namespace postern::bounce
