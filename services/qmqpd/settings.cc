// Parameters; see the header.
#include "services/qmqpd/settings.h"

#include <algorithm>
#include <limits>

namespace postern::qmqpd {

namespace {

bool lists(const config::Config& config, std::string_view parameter, std::string_view word) {
    const auto words = config.list(parameter);
    return std::ranges::find(words, word) != words.end();
}

service::CleanupOptions options_of(const config::Config& config) {
    service::CleanupOptions options;
    options.filters = !lists(config, "receive_override_options", "no_header_body_checks");
    options.maps_addresses = options.adds_bcc =
        !lists(config, "receive_override_options", "no_address_mappings");
    options.adds_missing_headers = true;
    options.uses_milters = !lists(config, "receive_override_options", "no_milters");
    options.smtputf8_autodetect = lists(config, "smtputf8_autodetect_classes", "qmqp") ||
                                  lists(config, "smtputf8_autodetect_classes", "all");
    return options;
}

/// QMQP tells the size first; without a limit of the site's own, that of the length.
std::size_t size_limit(const config::Config& config) {
    const auto limit = config.bytes("message_size_limit");
    return limit == 0 ? std::numeric_limits<std::int32_t>::max() : limit;
}

}  // namespace

Settings::Settings(const config::Config& config)
    : timeout(config.time("qmqpd_timeout")),
      error_delay(config.time("qmqpd_error_delay")),
      ipc_timeout(config.time("ipc_timeout")),
      message_size_limit(size_limit(config)),
      line_length_limit(config.bytes("line_length_limit")),
      content_filter(config.text("content_filter")),
      myhostname(config.text("myhostname")),
      mail_name(config.text("mail_name")),
      verp_delimiter_filter(config.text("verp_delimiter_filter")),
      soft_bounce(config.boolean("soft_bounce")),
      options(options_of(config)) {}

}  // namespace postern::qmqpd
