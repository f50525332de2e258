// Parameters of header and body inspection, milters, MIME: cleanup(8).
#pragma once

#include "lib/config/parameter.h"

#include <array>

namespace postern::config {

inline constexpr auto content_parameters = std::to_array<Parameter>({
    boolean("always_add_missing_headers", "no"),
    text("body_checks"),
    number("body_checks_size_limit", "51200"),
    boolean("cleanup_replace_stray_cr_lf", "yes"),
    text("cleanup_service_name", "cleanup").not_empty(),
    boolean("detect_8bit_encoding_header", "yes"),
    boolean("disable_mime_input_processing", "no"),
    boolean("disable_mime_output_conversion", "no"),
    boolean("enable_idna2003_compatibility", "no"),
    boolean("force_mime_input_conversion", "no"),
    text("full_name_encoding_charset", "utf-8"),
    number("header_address_token_limit", "10240").at_least(1),
    text("header_checks"),
    text("header_from_format", "standard").not_empty(),
    number("header_size_limit", "102400").at_least(1),
    text("internal_mail_filter_classes"),
    number("line_length_limit", "2048").at_least(512),
    text("message_drop_headers", "bcc, content-length, resent-bcc, return-path"),
    text("message_reject_characters"),
    text("message_strip_characters"),
    time("milter_command_timeout", "30s").at_least(1),
    text("milter_connect_macros", "j {daemon_name} {daemon_addr} v _"),
    time("milter_connect_timeout", "30s").at_least(1),
    time("milter_content_timeout", "300s").at_least(1),
    text("milter_data_macros", "i"),
    text("milter_default_action", "shutdown").not_empty(),
    text("milter_end_of_data_macros", "i"),
    text("milter_end_of_header_macros", "i"),
    text("milter_header_checks"),
    text("milter_helo_macros",
        "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}"),
    text("milter_macro_daemon_name", "$myhostname").not_empty(),
    text("milter_macro_defaults"),
    text("milter_macro_v", "$mail_name $mail_version").not_empty(),
    text("milter_mail_macros",
        "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}"),
    number("milter_protocol", "6"),
    text("milter_rcpt_macros", "i {rcpt_addr} {rcpt_host} {rcpt_mailer}"),
    text("milter_unknown_command_macros"),
    number("mime_boundary_length_limit", "2048").at_least(1),
    text("mime_header_checks", "$header_checks"),
    number("mime_nesting_limit", "100").at_least(1),
    text("nested_header_checks", "$header_checks"),
    text("non_empty_end_of_header_action", "fix_quietly"),
    text("non_smtpd_milters"),
    boolean("send_cyrus_sasl_authzid", "no"),
    text("smtputf8_autodetect_classes", "sendmail, verify").not_empty(),
    boolean("smtputf8_enable", "${{$compatibility_level} <level {1} ? {no} : {yes}}"),
    boolean("strict_7bit_headers", "no"),
    boolean("strict_8bitmime", "no"),
    boolean("strict_8bitmime_body", "no"),
    boolean("strict_mime_encoding_domain", "no"),
    boolean("strict_rfc821_envelopes", "no"),
    boolean("strict_smtputf8", "no"),
    text("undisclosed_recipients_header"),
});

}  // namespace postern::config
