// Changes by milters to a message that lies in its queue file. Nothing is shifted: what is new is
// appended behind the end, and pointer records lead there and back (queue_file_writer.h). Room for
// these pointers is left while the message is written:
//
//     ... S sender [w room] ... R ... M p(1) header body p(2) X ... E  [A ...] new sender p(back)
//     new header [new body] p(back)
//
// (1) leads to the new header where there is one, (2) to the X behind it; a sender record is
// overwritten by a pointer, a recipient that is taken away becomes a cancelled one.
#pragma once

#include "cleanup/content_file.h"
#include "cleanup/envelope_writer.h"
#include "lib/milter/edits.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::cleanup {

class Editing {
public:
    using Attributes = std::vector<std::pair<std::string, std::string>>;   ///< name and value

    /// All outlive it. From now on `envelope` leaves room.
    Editing(queue::QueueFileWriter& file, EnvelopeWriter& envelope, queue::MessageSizes& sizes,
            const Settings& settings, Fate& fate);

    // While the message is written.

    void begin_content();
    void end_content();
    /// All is in the file, where others can read it.
    void show() { fate_.check(file_.flush()); }

    // Then, in this order. What cannot be written is the message's fate.

    void delete_recipient(std::string_view address);
    /// Writes E: recipients can be added before it.
    void end_message() { fate_.check(file_.append(queue::RecordType::end, {})); }
    /// `attributes` of the message count instead of those that it has.
    void change_sender(std::string_view sender, const Attributes& attributes);
    /// The header, and the lines of a new body one by one, where there is one.
    void begin_new_content(const std::vector<std::string>& header, bool has_body);
    void put_body(const queue::Record& line);
    void end_new_content();

private:
    Result<off_t> body_offset() const;
    void append_pointer_to(off_t target);

    queue::QueueFileWriter& file_;
    EnvelopeWriter& envelope_;
    queue::MessageSizes& sizes_;
    const Settings& settings_;
    Fate& fate_;
    off_t header_pointer_ = 0, tail_pointer_ = 0, behind_content_ = 0;
    std::optional<ContentFile> content_;   // the new one
    off_t continues_at_ = 0;
};

}  // namespace postern::cleanup
