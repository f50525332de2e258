// What main.cf says to cleanup.
#pragma once

#include "lib/config/config.h"
#include "lib/mail/header_names.h"
#include "lib/mail/made_headers.h"
#include "lib/queue/queue_file_writer.h"

#include <set>
#include <string>

namespace postern::cleanup {

struct Settings {
    explicit Settings(const config::Config& config);

    std::string myhostname;
    config::ByteCount message_size_limit, header_size_limit;
    std::size_t header_address_token_limit;
    std::size_t line_length_limit, duplicate_filter_limit;
    int hopcount_limit;
    seconds delay_warning_time, ipc_timeout;

    bool always_add_missing_headers;
    bool enable_original_recipient;
    bool detect_8bit_encoding_header;
    std::string undisclosed_recipients_header;
    std::string remote_header_rewrite_domain;
    std::set<std::string> message_drop_headers;  ///< lower case
    mail::FromFormat header_from_format;
    std::string full_name_encoding_charset;

    queue::QueueFileWriter::Settings file;
};

}  // namespace postern::cleanup
