// A message from standard input, as queue-file records for postdrop.
#pragma once

#include "lib/mail/header_field.h"
#include "lib/queue/record.h"
#include "tools/sendmail/options.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::sendmail {

/// The sender's side of an envelope.
struct Submitter {
    std::string sender;      ///< internal form; "" is the null sender
    std::string full_name;   ///< "" leaves it out
};

/// The records before the content. `recipients` are in internal form.
std::string envelope_records(const Options& options, const Submitter& submitter,
                             const std::vector<std::string>& recipients);

/// The addresses on the command line, in internal form.
std::vector<std::string> command_line_recipients(const std::vector<std::string>& arguments);

/// sendmail_fix_line_endings.
enum class LineEndings { always, strict, never };

/// Turns the lines of a message into records of its content, and finds the recipients that its
/// header names (-t): those of Resent-To, Resent-Cc and Resent-Bcc where there are any, else of To,
/// Cc and Bcc. A mailbox's "From " line before the header is left out.
class ContentRecords {
public:
    struct Settings {
        LineEndings line_endings = LineEndings::always;
        std::size_t line_length_limit = 2048, header_size_limit = 102400, token_limit = 10240;
        bool ends_at_dot = true, reads_recipients = false;
    };
    explicit ContentRecords(Settings settings) : settings_(settings), header_(settings.header_size_limit) {}

    /// The next line without its newline. False: it was the line that ends the message.
    bool add_line(std::string_view line, std::string& records);
    /// The recipients found, after the last line.
    std::vector<std::string> recipients();

private:
    void add_to_header(std::string_view line);
    void take_field(std::string_view field);
    bool strips_carriage_return(std::string_view line);

    Settings settings_;
    mail::HeaderReader header_;
    std::vector<std::string> plain_, resent_;
    bool is_first_ = true, in_header_ = true, first_had_cr_ = false;
};

}  // namespace postern::sendmail
