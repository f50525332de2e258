// Probes; see the header.
#include "services/verify/prober.h"

#include "lib/queue/envelope.h"
#include "lib/queue/record.h"
#include "lib/service/cleanup.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::verify {

using queue::RecordType;

ProbeSettings::ProbeSettings(const config::Config& config)
    : address_verify_sender(config.text("address_verify_sender")),
      address_verify_sender_ttl(config.time("address_verify_sender_ttl")),
      myhostname(config.text("myhostname")),
      mail_name(config.text("mail_name")),
      ipc_timeout(config.time("ipc_timeout")) {
    if (address_verify_sender == "<>") address_verify_sender.clear();
    if (!address_verify_sender.empty() &&
        address_verify_sender.find('@') == address_verify_sender.npos)
        address_verify_sender += "@" + config.text("myorigin");
    const auto classes = config.list("smtputf8_autodetect_classes");
    smtputf8_autodetect = config.boolean("smtputf8_enable") &&
                          std::any_of(classes.begin(), classes.end(), [](const std::string& name) {
                              return name == "verify" || name == "all";
                          });
}

std::string probe_sender(const ProbeSettings& settings, WallTime now) {
    const std::string& sender = settings.address_verify_sender;
    const auto at = sender.find('@');
    if (settings.address_verify_sender_ttl <= seconds(0) || at == sender.npos) return sender;
    const auto period = to_unix(now) / settings.address_verify_sender_ttl.count();
    return fmt::format("{}{:x}{}", sender.substr(0, at), period, sender.substr(at));
}

std::string Prober::records(const std::string& address) const {
    const WallTime now = loop_.clock().wall();
    std::string records;
    queue::append_record(records, RecordType::time, fmt::format("{}", to_unix(now)));
    queue::append_attribute(records, "rewrite_context", "local");
    queue::append_attribute(records, "trace_flags", std::to_string(queue::TraceFlags::probe));
    queue::append_record(records, RecordType::sender, probe_sender(settings_, now));
    queue::append_record(records, RecordType::original_recipient, address);
    queue::append_record(records, RecordType::recipient, address);
    queue::append_record(records, RecordType::content, {});
    queue::append_record(records, RecordType::extracted, {});
    queue::append_record(records, RecordType::end, {});
    return records;
}

Task<void> Prober::send(std::string address) {
    const Deadline deadline = loop_.in(settings_.ipc_timeout);
    service::Submit request;
    request.options.maps_addresses = true;
    request.options.adds_missing_headers = true;
    request.options.smtputf8_autodetect = settings_.smtputf8_autodetect;
    request.options.message_class = "verify";
    request.received_before =
        fmt::format("Received: by {} ({})\n\tid ", settings_.myhostname, settings_.mail_name);
    request.received_after = "; " + mail_date(loop_.clock().wall());
    service::Upload<service::Submit> upload(cleanup_);
    auto begun = co_await upload.begin(std::move(request), deadline);
    if (begun)
        std::ignore = co_await upload.send(records(address), deadline);  // finish() tells why
    auto answer =
        begun ? co_await upload.finish(deadline) : Result<service::Submitted>(begun.error());
    if (!answer)
        log_.warning("cannot send a probe to {}: {}", address, answer.error().text);
    else if (answer->status != service::CleanupStatus::ok)
        log_.warning("cannot send a probe to {}: {}", address, answer->reason);
}

}  // namespace postern::verify
