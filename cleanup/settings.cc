// cleanup's parameters; see the header.
#include "cleanup/settings.h"

#include "lib/base/escapes.h"
#include "lib/base/strings.h"

namespace postern::cleanup {

namespace {

std::set<std::string> lower_case(const std::vector<std::string>& names) {
    std::set<std::string> lowered;
    for (const std::string& name : names)
        lowered.insert(lower(name));
    return lowered;
}

Characters characters_of(const config::Config& config) {
    Characters characters;
    characters.rejected = unescaped(config.text("message_reject_characters"));
    characters.stripped = unescaped(config.text("message_strip_characters"));
    characters.replace_stray_cr_lf = config.boolean("cleanup_replace_stray_cr_lf");
    const std::string stray = characters.replace_stray_cr_lf ? "\r\n" : "";
    for (const char c : characters.rejected + characters.stripped + stray)
        characters.is_special[static_cast<unsigned char>(c)] = true;
    return characters;
}

mail::MimeLimits mime_limits(const config::Config& config) {
    mail::MimeLimits limits;
    limits.header_size = config.bytes("header_size_limit");
    limits.nesting = static_cast<std::size_t>(config.number("mime_nesting_limit"));
    limits.boundary_length =
        static_cast<std::size_t>(config.number("mime_boundary_length_limit"));
    limits.disabled = config.boolean("disable_mime_input_processing");
    return limits;
}

std::uint8_t refused_faults_of(const config::Config& config) {
    const bool is_strict = config.boolean("strict_8bitmime");
    std::uint8_t faults = 0;
    const auto refuse = [&faults](bool is_refused, mail::MimeFault fault) {
        if (is_refused) faults |= static_cast<std::uint8_t>(fault);
    };
    refuse(true, mail::MimeFault::nested_too_deep);
    refuse(is_strict || config.boolean("strict_7bit_headers"),
           mail::MimeFault::eight_bit_in_header);
    refuse(is_strict || config.boolean("strict_8bitmime_body"),
           mail::MimeFault::eight_bit_in_seven_bit);
    refuse(config.boolean("strict_mime_encoding_domain"), mail::MimeFault::coded_composite);
    return faults;
}

EndOfHeader end_of_header_action(const config::Config& config) {
    const std::string action = config.text("non_empty_end_of_header_action");
    if (action == "add_header") return EndOfHeader::add_header;
    return action == "reject" ? EndOfHeader::reject : EndOfHeader::fix_quietly;
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
      queue_file_attribute_count_limit(
          static_cast<std::size_t>(config.number("queue_file_attribute_count_limit"))),
      hopcount_limit(static_cast<int>(config.number("hopcount_limit"))),
      delay_warning_time(config.time("delay_warning_time")),
      ipc_timeout(config.time("ipc_timeout")),
      in_flow_delay(config.time("in_flow_delay")),
      characters(characters_of(config)),
      mime(mime_limits(config)),
      refused_faults(refused_faults_of(config)),
      body_checks_size_limit(config.bytes("body_checks_size_limit")),
      non_empty_end_of_header_action(end_of_header_action(config)),
      force_mime_input_conversion(config.boolean("force_mime_input_conversion")),
      always_add_missing_headers(config.boolean("always_add_missing_headers")),
      enable_original_recipient(config.boolean("enable_original_recipient")),
      requiretls_enable(config.boolean("requiretls_enable")),
      requiretls_esmtp_header(config.boolean("requiretls_esmtp_header")),
      tls_required_enable(config.boolean("tls_required_enable")),
      detect_8bit_encoding_header(config.boolean("detect_8bit_encoding_header")),
      undisclosed_recipients_header(config.text("undisclosed_recipients_header")),
      remote_header_rewrite_domain(config.text("remote_header_rewrite_domain")),
      message_drop_headers(lower_case(config.list("message_drop_headers"))),
      header_from_format(config.text("header_from_format") == "obsolete"
                             ? mail::FromFormat::obsolete
                             : mail::FromFormat::standard),
      full_name_encoding_charset(config.text("full_name_encoding_charset")) {
    for (std::string& name : config.list("internal_mail_filter_classes"))
        internal_mail_filter_classes.insert(std::move(name));
    file.enable_long_queue_ids = config.boolean("enable_long_queue_ids");
}

}  // namespace postern::cleanup
