// Editing queue files; see the header.
#include "cleanup/editing.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"

namespace postern::cleanup {

using queue::RecordType;

Editing::Editing(queue::QueueFileWriter& file, EnvelopeWriter& envelope, queue::MessageSizes& sizes,
                 const Settings& settings, Fate& fate)
    : file_(file), envelope_(envelope), sizes_(sizes), settings_(settings), fate_(fate) {
    envelope_.make_editable();
}

void Editing::begin_content() {
    header_pointer_ = file_.position();
    fate_.check(file_.append_coded(queue::pointer_record(0)));
}

void Editing::end_content() {
    tail_pointer_ = file_.position();
    fate_.check(file_.append_coded(queue::pointer_record(0)));
    behind_content_ = file_.position();
}

void Editing::append_pointer_to(off_t target) {
    fate_.check(file_.append_coded(queue::pointer_record(target)));
}

/// By the name that the sender gave; all that it has come to.
void Editing::delete_recipient(std::string_view address) {
    for (auto& place : envelope_.places()) {
        const std::string& name = place.original.empty() ? place.address : place.original;
        if (place.is_cancelled || !same(name, address)) continue;
        const char cancelled = static_cast<char>(RecordType::cancelled_recipient);
        if (!fate_.check(file_.overwrite(place.offset, {&cancelled, 1}))) return;
        place.is_cancelled = true;
        --sizes_.recipient_count;
        envelope_.forget_duplicates();
    }
}

void Editing::change_sender(std::string_view sender, const Attributes& attributes) {
    const off_t target = file_.position();
    for (const auto& [name, value] : attributes)
        if (!fate_.check(file_.append_attribute(name, value))) return;
    if (!fate_.check(file_.append(RecordType::sender, sender))) return;
    append_pointer_to(envelope_.behind_sender());
    fate_.check(file_.set_pointer(envelope_.sender_offset(), target));
}

/// Where the empty line behind the header is; without a body, where the content ends.
Result<off_t> Editing::body_offset() const {
    queue::RecordReader reader(file_.descriptor(), std::string(file_.id().text()));
    reader.seek(header_pointer_ + static_cast<off_t>(queue::pointer_record_size));
    bool begins_line = true;
    for (;;) {
        auto record = reader.next();
        if (!record) return record.error();
        if (!*record || (*record)->offset >= tail_pointer_) return tail_pointer_;
        const bool is_line = (*record)->type == RecordType::line;
        if (begins_line && is_line && (*record)->data.empty()) return (*record)->offset;
        begins_line = is_line;
    }
}

void Editing::begin_new_content(const std::vector<std::string>& header, bool has_body) {
    auto body = body_offset();
    if (!body) return fate_.fail(body.error());
    continues_at_ = has_body ? behind_content_ : *body;
    if (!fate_.check(file_.set_pointer(header_pointer_, file_.position()))) return;
    content_.emplace(file_, settings_, fate_);
    for (const std::string& field : header) content_->put_lines(field);
    if (has_body) content_->put_line({});
}

void Editing::put_body(const queue::Record& line) { content_->put(line.type, line.data); }

void Editing::end_new_content() {
    // data_size stays: it says where X is.
    if (continues_at_ == behind_content_) sizes_.content_length = content_->size();
    append_pointer_to(continues_at_);
}

}  // namespace postern::cleanup
