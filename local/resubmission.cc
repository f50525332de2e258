// Messages made anew; see the header.
#include "local/resubmission.h"

#include "lib/mail/address.h"
#include "lib/mail/dsn.h"
#include "lib/queue/record.h"
#include "lib/service/cleanup.h"

#include <fmt/format.h>

#include <utility>

namespace postern::local {

using queue::RecordType;

namespace {

constexpr std::size_t piece_size = 60000;

service::Submit submission(const Post& post, const delivery::Job& job) {
    service::Submit request;
    request.options.maps_addresses = request.options.adds_bcc = true;
    request.options.smtputf8 = job.request().is_smtputf8;
    request.received_before = fmt::format("Received: by {} ({})\n\tid ", post.settings.myhostname,
                                          post.config.text("mail_name"));
    request.received_after = "; " + mail_date(post.loop.clock().wall());
    return request;
}

/// The success of a list is reported once (RFC 3461 section 5.2.7.3).
std::int64_t notify_of(std::int64_t notify, const Resubmission::Group& group) {
    if (!group.is_reported || (notify & mail::Notify::success) == 0) return notify;
    notify &= ~mail::Notify::success;
    return notify == mail::Notify::none ? mail::Notify::never : notify;
}

std::string envelope(const Post& post, const delivery::Job& job,
                     const service::DeliveryRecipient& from, const Resubmission::Group& group,
                     const std::vector<std::string>& addresses) {
    std::string records;
    queue::append_record(records, RecordType::time,
                         fmt::format("{}", to_unix(post.loop.clock().wall())));
    for (const auto& attribute : job.request().attributes)
        if (attribute.name != "log_ident")
            queue::append_attribute(records, attribute.name, attribute.value);
    queue::append_record(records, RecordType::sender, group.sender);
    for (const std::string& address : addresses) {
        if (!from.dsn_orcpt.empty())
            queue::append_attribute(records, "dsn_orig_rcpt", from.dsn_orcpt);
        if (const auto notify = notify_of(from.notify, group); notify != 0)
            queue::append_attribute(records, "notify_flags", std::to_string(notify));
        queue::append_record(records, RecordType::original_recipient,
                             group.hides_way ? address : from.original);
        queue::append_record(records, RecordType::recipient, address);
    }
    queue::append_record(records, RecordType::content, {});
    if (post.settings.prepends_to_forward)
        queue::append_record(records, RecordType::line,
                             "Delivered-To: " + mail::external(group.delivered_to));
    return records;
}

Task<Result<std::string>> submit(const Post& post, const delivery::Job& job, std::string records) {
    const Deadline deadline = post.loop.in(post.settings.ipc_timeout);
    service::Upload<service::Submit> upload(post.cleanup);
    if (auto begun = co_await upload.begin(submission(post, job), deadline); !begun)
        co_return begun.error();
    auto content = job.content();
    for (;;) {
        auto line = content.next();
        if (!line) co_return line.error();
        if (!*line) break;
        queue::append_record(records,
                             (*line)->is_complete ? RecordType::line : RecordType::long_line,
                             (*line)->text);
        if (records.size() < piece_size) continue;
        if (auto sent = co_await upload.send(std::exchange(records, {}), deadline); !sent) break;
    }
    queue::append_record(records, RecordType::extracted, {});
    queue::append_record(records, RecordType::end, {});
    std::ignore = co_await upload.send(records, deadline);  // finish() tells what went wrong
    auto answer = co_await upload.finish(deadline);
    if (!answer) co_return answer.error();
    if (answer->status != service::CleanupStatus::ok &&
        answer->status != service::CleanupStatus::discarded)
        co_return temporary(answer->reason);
    co_return answer->queue_id;
}

}  // namespace

Task<std::vector<Result<std::string>>> Resubmission::send(const Post& post,
                                                          const delivery::Job& job,
                                                          std::size_t recipient) const {
    std::vector<Result<std::string>> ids;
    for (const auto& [group, addresses] : groups_)
        ids.push_back(co_await submit(
            post, job, envelope(post, job, job.request().recipients[recipient], group, addresses)));
    co_return ids;
}

}  // namespace postern::local
