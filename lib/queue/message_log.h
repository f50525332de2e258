// The logs of a message: why recipients bounced, are delayed, or what became of a probe. One file
// in bounce/, defer/ or trace/, named as the message, text that both Posterns and Postfixes read:
//
//   (empty line)
//   <address>: reason
//   recipient=address
//   original_recipient=address     (only where it differs)
//   offset=247                     (of the recipient's record in the queue file)
//   dsn_orig_rcpt=rfc822;address
//   notify_flags=10                (only where given)
//   status=4.4.1
//   action=delayed
//   diag_type=smtp  diag_text=450 4.2.0 busy  mta_type=dns  mta_mname=mx.example   (one a line)
//   reason=text
//   (empty line)
#pragma once

#include "lib/base/result.h"
#include "lib/mail/dsn.h"
#include "lib/queue/spool.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::queue {

/// What happened to one recipient. Empty text: not known.
struct LogEntry {
    std::string recipient;
    std::string original_recipient;
    std::string dsn_orcpt;  ///< "rfc822;address"
    mail::Notify notify;
    off_t offset = 0;               ///< 0: a recipient that is in no queue file
    std::string status = "5.0.0";   ///< enhanced status code
    std::string action = "failed";  ///< failed, delayed, delivered, relayed, expanded ...
    std::string diag_type;          ///< "smtp", "x-unix", "x-postfix"
    std::string diag_text;
    std::string mta_type;  ///< "dns"
    std::string mta_name;
    std::string reason = "unknown";  ///< what people read
};

/// Whether an entry begins with the line "<address>: reason", all that old readers know.
enum class LogForm { with_first_line, without_first_line };

/// The entry as the file has it. Control characters in values become blanks or `?`: what a remote
/// server said must not add lines.
std::string coded(const LogEntry& entry, LogForm form = LogForm::with_first_line);

/// Reads one log front to back. Memory: one buffer and the entry at hand.
class LogReader {
public:
    LogReader(Fd file, std::string name);

    /// Nothing at the end. A damaged or torn entry gives what could be read of it, as long as it
    /// has a recipient; else it is passed over. Error: system errors.
    Result<std::optional<LogEntry>> next();

private:
    Result<std::optional<std::string>> next_line();
    Result<void> fill();

    Fd file_;
    std::string name_;
    std::string buffer_;
    std::size_t position_ = 0;
    off_t offset_ = 0;
    bool at_end_ = false;
};

/// Opens the log of a message in `log` (defer, bounce or trace); nothing when there is none.
Result<std::optional<LogReader>> open_log(const Spool& spool, Queue log, const QueueId& id);
/// All entries; none when there is no log.
Result<std::vector<LogEntry>> read_log(const Spool& spool, Queue log, const QueueId& id);

/// Appends entries in one write, under an exclusive lock. On an error the file is as it was, as
/// far as the disk lets us. `sync`: fsync before returning.
Result<void> append_log(const Spool& spool, Queue log, const QueueId& id,
                        const std::vector<LogEntry>& entries, bool sync,
                        LogForm form = LogForm::with_first_line);
/// True when there was one.
Result<bool> remove_log(const Spool& spool, Queue log, const QueueId& id);

}  // namespace postern::queue
