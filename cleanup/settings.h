// What main.cf says to cleanup.
#pragma once

#include "lib/config/config.h"
#include "lib/mail/header_names.h"
#include "lib/mail/made_headers.h"
#include "lib/mail/mime_reader.h"
#include "lib/queue/queue_file_writer.h"

#include <array>
#include <cstdint>
#include <set>
#include <string>

namespace postern::cleanup {

/// non_empty_end_of_header_action: what a header that ends without an empty line gets.
enum class EndOfHeader { fix_quietly, add_header, reject };

/// What is done to the bytes of the content before all else.
struct Characters {
    std::string rejected, stripped;  ///< message_reject_characters, message_strip_characters
    bool replace_stray_cr_lf = true;
    std::array<bool, 256> is_special{};  ///< one of the above
};

struct Settings {
    explicit Settings(const config::Config& config);

    std::string myhostname;
    config::ByteCount message_size_limit, header_size_limit;
    std::size_t header_address_token_limit;
    std::size_t line_length_limit, duplicate_filter_limit, queue_file_attribute_count_limit;
    int hopcount_limit;
    seconds delay_warning_time, ipc_timeout, in_flow_delay;

    Characters characters;
    mail::MimeLimits mime;
    std::uint8_t refused_faults;  ///< bits of MimeFault: mime_nesting_limit and the strict_* ones
    config::ByteCount body_checks_size_limit;
    EndOfHeader non_empty_end_of_header_action;
    bool force_mime_input_conversion;

    bool always_add_missing_headers;
    bool enable_original_recipient;
    bool requiretls_enable, requiretls_esmtp_header, tls_required_enable;
    bool detect_8bit_encoding_header;
    std::string undisclosed_recipients_header;
    std::string remote_header_rewrite_domain;
    std::set<std::string> message_drop_headers;  ///< lower case
    mail::FromFormat header_from_format;
    std::string full_name_encoding_charset;

    std::set<std::string> internal_mail_filter_classes;
    queue::QueueFileWriter::Settings file;
};

}  // namespace postern::cleanup
