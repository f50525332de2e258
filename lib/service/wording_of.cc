// The parameters of log lines; see the header.
#include "lib/service/wording_of.h"

namespace postern::service {

report::Wording wording(const config::Config& config) {
    report::Wording wording;
    wording.info_log_address_format = config.text("info_log_address_format") == "internal"
                                          ? report::Wording::AddressFormat::internal
                                          : report::Wording::AddressFormat::external;
    wording.respectful_logging = config.boolean("respectful_logging");
    wording.smtpd_client_port_logging = config.boolean(
        config.process_name() == "qmqpd" ? "qmqpd_client_port_logging" : "smtpd_client_port_logging");
    wording.delay_logging_resolution_limit =
        static_cast<int>(config.number("delay_logging_resolution_limit"));
    return wording;
}

}  // namespace postern::service
