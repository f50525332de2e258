// Prints a queue file record by record, for people.
#pragma once

#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/queue/record.h"
#include "lib/queue/sizes.h"
#include "tools/postcat/options.h"

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace postern::postcat {

/// One file's way to `output`. Odd things that do not end the file are warned of.
class Printer {
public:
    /// `file` is seekable; it and `options` outlive the printer.
    Printer(const Options& options, int file, std::string name, std::FILE* output, Log log);

    /// Error: damage, with name and offset.
    Result<void> print();

private:
    enum class Section { envelope, header, body, extracted };

    bool is_raw() const { return options_.raw && options_.verbosity > 0; }
    bool is_content() const { return section_ == Section::header || section_ == Section::body; }
    bool is_wanted() const;
    Result<bool> begin();
    Result<std::optional<queue::Record>> next();
    Result<void> print_record(const queue::Record& record);

    void enter_content(const queue::Record& record);
    void enter_extracted(const queue::Record& record);
    void enter_end(const queue::Record& record);
    void leave_content();
    void take_sizes(const queue::Record& record);
    Result<void> follow(const queue::Record& record);

    void print_content(const queue::Record& record);
    void print_text(const queue::Record& record);
    void print_other(const queue::Record& record);
    void print_attribute(const queue::Record& record);
    void print_value(const queue::Record& record, std::string_view label, std::string_view value);
    void print_time(const queue::Record& record, std::string_view label, std::string_view value);
    void print_marker(const queue::Record& record, std::string_view title);
    void print_prefix(const queue::Record& record);
    void write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), output_); }

    const Options& options_;
    int file_;
    queue::RecordReader records_;
    std::FILE* output_;
    Log log_;
    Section section_ = Section::envelope;
    std::optional<queue::MessageSizes> sizes_;
    bool in_long_line_ = false;
    bool is_done_ = false;
    off_t offset_ = 0;   ///< where the record at hand was looked for, before pointers to it
};

}  // namespace postern::postcat
