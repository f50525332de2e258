// Messages as records; see the header.
#include "tools/sendmail/message.h"

#include "lib/base/strings.h"
#include "lib/mail/address_header.h"

#include <fmt/format.h>

#include <array>

namespace postern::sendmail {

using queue::RecordType;

namespace {

// What a report on the message is asked for with (the attribute trace_flags of queue files).
constexpr int verify_only = 512, report_delivery = 1024;

int trace_flags(const Options& options) {
    if (options.mode == Mode::verify) return verify_only;
    return options.verbosity == 1 ? report_delivery : 0;
}

void append(std::vector<std::string>& list, std::vector<std::string> more) {
    for (std::string& address : more)
        if (!address.empty()) list.push_back(std::move(address));
}

bool is_one_of(std::string_view name, const std::array<std::string_view, 3>& names) {
    for (const std::string_view known : names)
        if (same(name, known)) return true;
    return false;
}

constexpr std::array<std::string_view, 3> recipient_fields = {"To", "Cc", "Bcc"};
constexpr std::array<std::string_view, 3> resent_fields = {"Resent-To", "Resent-Cc", "Resent-Bcc"};

}  // namespace

std::string envelope_records(const Options& options, const Submitter& submitter,
                             const std::vector<std::string>& recipients) {
    std::string records;
    if (!options.envelope_id.empty())
        queue::append_attribute(records, "envelope_id", options.envelope_id);
    if (options.return_content != mail::ReturnContent::unspecified)
        queue::append_attribute(records, "ret_flags",
                                std::to_string(static_cast<int>(options.return_content)));
    queue::append_attribute(records, "rewrite_context", options.is_gateway ? "remote" : "local");
    queue::append_record(records, RecordType::full_name, submitter.full_name);
    queue::append_record(records, RecordType::sender, submitter.sender);
    if (options.verp_delimiters) queue::append_record(records, RecordType::verp, *options.verp_delimiters);
    if (!options.encoding.empty()) queue::append_attribute(records, "encoding", options.encoding);
    if (const int flags = trace_flags(options))
        queue::append_attribute(records, "trace_flags", std::to_string(flags));
    for (const std::string& recipient : recipients) {
        if (options.notify.bits != 0)
            queue::append_attribute(records, "notify_flags", std::to_string(options.notify.bits));
        queue::append_record(records, RecordType::recipient, recipient);
    }
    queue::append_record(records, RecordType::content, {});
    return records;
}

std::vector<std::string> command_line_recipients(const std::vector<std::string>& arguments) {
    std::vector<std::string> recipients;
    for (const std::string& argument : arguments) append(recipients, mail::addresses_in(argument));
    return recipients;
}

bool ContentRecords::strips_carriage_return(std::string_view line) {
    const bool has_cr = line.ends_with('\r');
    if (is_first_) first_had_cr_ = has_cr;
    switch (settings_.line_endings) {
        case LineEndings::always: return has_cr;
        case LineEndings::strict: return has_cr && first_had_cr_;
        case LineEndings::never: break;
    }
    return false;
}

bool ContentRecords::add_line(std::string_view line, std::string& records) {
    if (strips_carriage_return(line)) line.remove_suffix(1);
    if (settings_.ends_at_dot && line == ".") return false;
    const bool is_first = std::exchange(is_first_, false);
    if (is_first && (line.starts_with("From ") || line.starts_with(">From "))) {
        is_first_ = true;   // the message proper begins after it
        return true;
    }
    if (settings_.reads_recipients && in_header_) add_to_header(line);
    for (; line.size() > settings_.line_length_limit; line.remove_prefix(settings_.line_length_limit))
        queue::append_record(records, RecordType::long_line, line.substr(0, settings_.line_length_limit));
    queue::append_record(records, RecordType::line, line);
    return true;
}

void ContentRecords::add_to_header(std::string_view line) {
    auto step = header_.add(line);
    if (step.field) take_field(*step.field);
    in_header_ = !step.ended;
}

void ContentRecords::take_field(std::string_view field) {
    const auto parts = mail::parse_field(field);
    if (!parts) return;
    if (is_one_of(parts->name, recipient_fields))
        append(plain_, mail::addresses_in(parts->value, settings_.token_limit));
    if (is_one_of(parts->name, resent_fields))
        append(resent_, mail::addresses_in(parts->value, settings_.token_limit));
}

std::vector<std::string> ContentRecords::recipients() {
    if (in_header_)
        if (const auto last = header_.finish()) take_field(*last);
    return resent_.empty() ? plain_ : resent_;
}

}  // namespace postern::sendmail
