// The content of one message: its lines are read for their MIME structure, inspected, completed,
// and written.
#pragma once

#include "cleanup/content_file.h"
#include "cleanup/fate.h"
#include "cleanup/header.h"
#include "cleanup/inspection.h"
#include "cleanup/settings.h"
#include "lib/event/task.h"
#include "lib/mail/downgrade.h"
#include "lib/mail/mime_reader.h"
#include "lib/queue/record.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::cleanup {

/// Fed with records, it writes at once what needs no lookup; the rest gathers until settle(). What
/// fails settles the message's fate.
///     content.take(record); if (content.has_work()) co_await content.settle();
class Content final : private mail::MimeReceiver {
public:
    /// `is_filtered`: rules and strictness apply (receive_override_options). The others outlive it.
    Content(const Settings& settings, bool is_filtered, Header& header, Inspection& inspection,
            ContentFile& file, Fate& fate, const Reporter& reporter);

    void take(queue::RecordType type, std::string_view text);
    /// The content is complete.
    void finish();
    bool has_work() const noexcept { return is_due_; }
    Task<void> settle();
    /// Fails the message for what its MIME structure has and may not have. At the end, when all
    /// that its header says is logged.
    void refuse_faults();

    /// Bits of MimeFault that were seen.
    std::uint8_t faults() const noexcept { return reader_.faults(); }

private:
    /// What is yet to be looked at, in the order of the message.
    struct Piece {
        enum Kind { field, header_end, line } kind;
        mail::HeaderPlace place = mail::HeaderPlace::primary;
        queue::RecordType type = queue::RecordType::line;
        std::string text = {};
        bool is_inspected = true;  ///< of a line
    };

    void header(mail::HeaderPlace place, std::string_view field) override;
    void header_end(mail::HeaderPlace place, const mail::ContentType& type,
                    mail::TransferEncoding encoding) override;
    void body(std::string_view line, bool is_content) override;

    void read(std::string_view text);
    std::string cleaned(std::string_view text);
    bool has_special(std::string_view text) const;
    void put(queue::RecordType type, std::string_view text);
    void gather(Piece piece, bool is_due);
    bool is_within_limit(std::string_view line);
    Task<void> settle_line(Piece piece);
    Task<void> inspect_field(Piece piece);
    void take_field(mail::HeaderPlace place, Inspection::Outcome outcome);
    void count_hops();
    Task<void> end_primary_header();
    void separate_header();
    void write(Inspection::Outcome outcome, queue::RecordType type);

    const Settings& settings_;
    const bool is_filtered_;
    Header& header_;
    Inspection& inspection_;
    ContentFile& file_;
    Fate& fate_;
    const Reporter& reporter_;
    std::unique_ptr<mail::Downgrader> converter_;  // force_mime_input_conversion
    mail::MimeReader reader_;
    std::vector<Piece> pieces_;
    std::size_t gathered_ = 0;
    bool is_due_ = false;
    std::string pending_line_;  // for the converter, which takes whole lines
    queue::RecordType type_ = queue::RecordType::line;  // of the record here
    bool begins_line_ = true;
    bool is_at_separator_ = false;  // right after the primary header
    bool is_in_primary_header_ = true;
    config::ByteCount inspected_ = 0;  // bytes of this part
};

}  // namespace postern::cleanup
