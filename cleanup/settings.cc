// cleanup's parameters; see the header.
#include "cleanup/settings.h"

#include "lib/base/strings.h"

namespace postern::cleanup {

namespace {

std::set<std::string> lower_case(const std::vector<std::string>& names) {
    std::set<std::string> lowered;
    for (const std::string& name : names)
        lowered.insert(lower(name));
    return lowered;
}

}  // namespace

Settings::Settings(const config::Config& config)
    : myhostname(config.text("myhostname")),
      message_size_limit(config.bytes("message_size_limit")),
      header_size_limit(config.bytes("header_size_limit")),
      header_address_token_limit(
          static_cast<std::size_t>(config.number("header_address_token_limit"))),
      line_length_limit(static_cast<std::size_t>(config.number("line_length_limit"))),
      duplicate_filter_limit(static_cast<std::size_t>(config.number("duplicate_filter_limit"))),
      hopcount_limit(static_cast<int>(config.number("hopcount_limit"))),
      delay_warning_time(config.time("delay_warning_time")),
      ipc_timeout(config.time("ipc_timeout")),
      always_add_missing_headers(config.boolean("always_add_missing_headers")),
      enable_original_recipient(config.boolean("enable_original_recipient")),
      detect_8bit_encoding_header(config.boolean("detect_8bit_encoding_header")),
      undisclosed_recipients_header(config.text("undisclosed_recipients_header")),
      remote_header_rewrite_domain(config.text("remote_header_rewrite_domain")),
      message_drop_headers(lower_case(config.list("message_drop_headers"))),
      header_from_format(config.text("header_from_format") == "obsolete"
                             ? mail::FromFormat::obsolete
                             : mail::FromFormat::standard),
      full_name_encoding_charset(config.text("full_name_encoding_charset")) {
    file.enable_long_queue_ids = config.boolean("enable_long_queue_ids");
}

}  // namespace postern::cleanup
