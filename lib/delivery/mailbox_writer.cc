// Writing as users; see the header.
#include "lib/delivery/mailbox_writer.h"

#include <unistd.h>

namespace postern::delivery {

Source::Source(const Job& job)
    : file_(::fcntl(job.file().descriptor(), F_DUPFD_CLOEXEC, 0)),
      name_(job.file().path()),
      begin_(static_cast<off_t>(job.request().data_offset)) {}

Result<off_t> MailboxWriter::heard(Written written) const {
    for (const std::string& warning : written.warnings)
        log_.warning("{}", warning);
    return std::move(written.offset);
}

Task<Result<off_t>> MailboxWriter::append(service::Identity owner, std::string path,
                                          std::string sender, std::string head, const Job& job,
                                          MboxSettings settings) const {
    co_return heard(co_await threads_.run_as(
        owner, [path = std::move(path), sender = std::move(sender), head = std::move(head),
                source = Source(job), settings = std::move(settings),
                now = clock_.wall()]() mutable {
            return append_to_mbox(path, sender, std::move(head), source.content(), settings, now);
        }));
}

Task<Result<off_t>> MailboxWriter::deliver(service::Identity owner, Maildir maildir,
                                           std::string head, const Job& job) const {
    co_return heard(co_await threads_.run_as(
        owner, [maildir = std::move(maildir), head = std::move(head), source = Source(job),
                now = clock_.wall()]() mutable {
            return deliver_to_maildir(maildir, std::move(head), source.content(), now);
        }));
}

}  // namespace postern::delivery
