#include "tools/postcat/printer.h"

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/mail/header_field.h"

#include <fmt/format.h>

#include <utility>

namespace postern::postcat {

using queue::Record;
using queue::RecordType;

Printer::Printer(const Options& options, int file, std::string name, std::FILE* output, Log log)
    : options_(options), file_(file), records_(file, std::move(name)), output_(output), log_(log) {}

Result<void> Printer::print() {
    if (options_.start == 0) {
        auto begun = begin();
        if (!begun) return begun.error();
        is_done_ = !*begun;
    }
    records_.seek(options_.start);
    while (!is_done_) {
        offset_ = records_.offset();
        auto record = next();
        if (!record) return record.error();
        if (!*record) break;
        if (auto printed = print_record(**record); !printed) return printed;
    }
    return success();
}

/// False when there is nothing, or no queue file begins like that: with what an envelope is made
/// of.
Result<bool> Printer::begin() {
    constexpr std::string_view types = "/<>ACDFIKLMORSTVWcino";
    char first = 0;
    auto got = read_at(file_, std::span(&first, 1), 0, records_.name());
    if (!got) return got.error();
    if (*got == 0) return false;
    if (types.find(first) == types.npos) {
        log_.warning("{}: input is not a valid queue file", records_.name());
        return false;
    }
    if (options_.envelope) write(fmt::format("*** ENVELOPE RECORDS {} ***\n", records_.name()));
    return true;
}

/// Padding and pointers are seen only by who asked for more.
Result<std::optional<Record>> Printer::next() {
    if (options_.verbosity > 0) return records_.next();
    for (;;) {
        auto record = records_.next_in_order();
        if (!record || !*record || (*record)->type != RecordType::padding) return record;
    }
}

bool Printer::is_wanted() const {
    if (section_ == Section::header) return options_.header;
    return section_ == Section::body ? options_.body : options_.envelope;
}

Result<void> Printer::print_record(const Record& record) {
    switch (record.type) {
        case RecordType::content:
            enter_content(record);
            return success();
        case RecordType::extracted:
            enter_extracted(record);
            return success();
        case RecordType::end:
            enter_end(record);
            return success();
        case RecordType::size:
            take_sizes(record);
            break;
        case RecordType::line:
        case RecordType::long_line:
            if (is_content()) {
                print_content(record);
                return success();
            }
            break;
        default:
            break;
    }
    if (is_wanted()) print_other(record);
    return record.type == RecordType::pointer && !is_raw() ? follow(record) : success();
}

void Printer::enter_content(const Record& record) {
    if (options_.envelope) print_marker(record, "MESSAGE CONTENTS");
    section_ = Section::header;
    if (!options_.header && !options_.body) leave_content();
}

void Printer::enter_extracted(const Record& record) {
    if (!is_content()) log_.warning("{}: out-of-order extracted segment marker", records_.name());
    section_ = Section::extracted;
    if (options_.envelope)
        print_marker(record, "HEADER EXTRACTED");
    else
        is_done_ = true;
}

void Printer::enter_end(const Record& record) {
    if (options_.envelope) print_marker(record, "MESSAGE FILE END");
    is_done_ = !is_raw();
}

/// Goes to the extracted section by the shortest way, or ends where nobody wants to see it.
void Printer::leave_content() {
    if (!options_.envelope)
        is_done_ = true;
    else if (sizes_ && sizes_->data_size > 0)
        records_.seek(sizes_->data_offset + sizes_->data_size);
}

void Printer::take_sizes(const Record& record) {
    if (sizes_) log_.warning("{}: file contains multiple size records", records_.name());
    auto sizes = queue::MessageSizes::parse(record.data);
    if (sizes && sizes->data_size > 0)
        sizes_ = *sizes;
    else
        log_.warning("{}: invalid size record: {}", records_.name(), printable(record.data));
}

Result<void> Printer::follow(const Record& record) {
    auto target = queue::pointer_target(record);
    if (!target) return records_.damage(target.error().text, record.offset);
    if (*target) return records_.follow(record.offset, **target);
    return success();
}

/// The header ends with the first line that neither begins nor continues a field.
void Printer::print_content(const Record& record) {
    const bool continues = in_long_line_ || mail::continues_field(record.data);
    in_long_line_ = record.type == RecordType::long_line;
    if (section_ == Section::header && !continues && !mail::begins_field(record.data)) {
        section_ = Section::body;
        if (!options_.body) return leave_content();
    }
    if (is_wanted()) print_text(record);
}

/// A line as it is. Pieces of a long one are joined, unless the seams are to be seen.
void Printer::print_text(const Record& record) {
    print_prefix(record);
    if (options_.verbosity > 0) write(fmt::format("{}: ", *name_of(record.type)));
    write(record.data);
    const bool is_seamless =
        record.type == RecordType::long_line && !options_.record_offset && options_.verbosity == 0;
    if (!is_seamless) write("\n");
}

void Printer::print_other(const Record& record) {
    switch (record.type) {
        case RecordType::attribute:
            return print_attribute(record);
        case RecordType::time:
            return print_time(record, "message_arrival_time", record.data);
        case RecordType::warn_time:
            return print_time(record, "warning_message_time", record.data);
        case RecordType::long_line:
            return print_value(record, "content_filter", record.data);
        case RecordType::line:
            return print_text(record);
        default:
            break;
    }
    print_value(record, name_of(record.type).value_or("unknown_record_type"), record.data);
}

void Printer::print_attribute(const Record& record) {
    const auto [name, value] = queue::attribute_of(record.data);
    if (name.empty() || record.data.find('=') == record.data.npos)
        return log_.warning("{}: malformed attribute: {}", records_.name(), printable(record.data));
    if (name == "create_time") return print_time(record, name, value);
    print_value(record, "named_attribute", fmt::format("{}={}", name, value));
}

void Printer::print_value(const Record& record, std::string_view label, std::string_view value) {
    print_prefix(record);
    write(fmt::format("{}: {}\n", label, value.substr(0, value.find('\0'))));
}

/// "Tue Nov 24 15:23:29 2026" of a number of seconds; what is none is 0.
void Printer::print_time(const Record& record, std::string_view label, std::string_view value) {
    const auto parts = split(value);
    const auto since_epoch = parts.empty() ? std::nullopt : parse_signed(parts[0]);
    const auto moment = from_unix(since_epoch.value_or(0));
    print_value(record, label, ctime_text(moment));
}

void Printer::print_marker(const Record& record, std::string_view title) {
    print_prefix(record);
    write(fmt::format("*** {} {} ***\n", title, records_.name()));
}

void Printer::print_prefix(const Record& record) {
    if (options_.record_offset) write(fmt::format("{:9} ", offset_));
    if (options_.record_type) write(fmt::format("{:3} ", static_cast<unsigned char>(record.type)));
}

}  // namespace postern::postcat
