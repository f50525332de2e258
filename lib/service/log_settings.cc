// The log's parameters; see the header.
#include "lib/service/log_settings.h"

namespace postern::service {

LogSettings log_settings(const config::Config& config) {
    LogSettings settings;
    settings.syslog_name = config.text("syslog_name");
    settings.syslog_facility = config.text("syslog_facility");
    settings.maillog_file = config.text("maillog_file");
    settings.maillog_file_prefixes = config.list("maillog_file_prefixes");
    settings.maillog_file_permissions = config.text("maillog_file_permissions");
    settings.postlog_service_name = config.text("postlog_service_name");
    settings.queue_directory = config.text("queue_directory");
    settings.myhostname = config.text("myhostname");
    return settings;
}

}  // namespace postern::service
