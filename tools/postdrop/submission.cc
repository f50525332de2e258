// The check of a submission; see the header.
#include "tools/postdrop/submission.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::postdrop {

using queue::RecordType;
using queue::Section;

Result<Submission::Verdict> Submission::take(const queue::Record& record) {
    if (!queue::is_allowed_in_maildrop(section_, record.type))
        return permanent(fmt::format("unexpected record type: {}",
                                     static_cast<int>(static_cast<unsigned char>(record.type))));
    switch (record.type) {
        case RecordType::attribute:
            return take_attribute(record.data);
        case RecordType::sender:
            return take_sender(record.data);
        default:
            break;
    }
    if (record.type == RecordType::content && !has_sender_)
        return permanent("content without a sender record before it");
    enter(record.type);
    return Verdict::keep;
}

void Submission::enter(RecordType type) {
    if (type == RecordType::content) section_ = Section::content;
    if (type == RecordType::extracted) section_ = Section::extracted;
    is_complete_ = type == RecordType::end;
}

Result<Submission::Verdict> Submission::take_attribute(std::string_view data) {
    if (data.find('=') == data.npos) return permanent("malformed attribute record");
    if (data.find_first_of(std::string_view("\0\n", 2)) != data.npos)
        return permanent("attribute record with a line end in it");
    const auto attribute = queue::attribute_of(data);
    return queue::is_allowed_maildrop_attribute(attribute.name, attribute.value)
               ? Verdict::keep
               : Verdict::leave_out;
}

Result<Submission::Verdict> Submission::take_sender(std::string_view sender) {
    if (has_sender_) return permanent("more than one sender record");
    has_sender_ = true;
    auto allowed = may_send_as_(sender);
    if (!allowed) return allowed.error();
    if (!*allowed)
        return permanent(fmt::format("not authorized to send as <{}>", printable(sender, 200)));
    return Verdict::keep;
}

}  // namespace postern::postdrop
