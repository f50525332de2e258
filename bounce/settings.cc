// bounce's parameters; see the header.
#include "bounce/settings.h"

namespace postern::bounce {

namespace {

std::string with_domain(std::string address, const std::string& domain) {
    return address.find('@') == address.npos ? address + "@" + domain : address;
}

}  // namespace

Settings::Settings(const config::Config& config)
    : myhostname(config.text("myhostname")),
      mail_name(config.text("mail_name")),
      double_bounce_sender(with_domain(config.text("double_bounce_sender"), config.text("myhostname"))),
      bounce_notice_recipient(config.text("bounce_notice_recipient")),
      second_bounce_notice_recipient(config.text("2bounce_notice_recipient")),
      delay_notice_recipient(config.text("delay_notice_recipient")),
      bounce_size_limit(static_cast<std::size_t>(config.number("bounce_size_limit"))),
      ipc_timeout(config.time("ipc_timeout")),
      maximal_queue_lifetime(config.time("maximal_queue_lifetime")),
      log_form(config.boolean("backwards_bounce_logfile_compatibility")
                   ? queue::LogForm::with_first_line
                   : queue::LogForm::without_first_line),
      disable_verp_bounces(config.boolean("disable_verp_bounces")),
      enable_threaded_bounces(config.boolean("enable_threaded_bounces")),
      smtputf8_enable(config.boolean("smtputf8_enable")),
      tls_required_enable(config.boolean("tls_required_enable")),
      requiretls_redact_dsn(config.boolean("requiretls_redact_dsn")) {
    for (std::string& name : config.list("notify_classes")) notify_classes.insert(std::move(name));
}

}  // namespace postern::bounce
