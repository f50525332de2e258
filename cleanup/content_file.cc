// Content as records; see the header.
#include "cleanup/content_file.h"

namespace postern::cleanup {

using queue::RecordType;

void ContentFile::put(RecordType type, std::string_view text) {
    size_ += static_cast<std::int64_t>(text.size()) + (type == RecordType::line ? 1 : 0);
    const auto limit = settings_.message_size_limit;
    if (limit > 0 && static_cast<config::ByteCount>(size_) > limit)
        fate_.fail(service::CleanupStatus::too_big, "message size exceeds fixed limit");
    if (!fate_.is_settled()) fate_.check(file_.append(type, text));
}

void ContentFile::put_line(std::string_view line) {
    for (; line.size() > settings_.line_length_limit;
         line.remove_prefix(settings_.line_length_limit))
        put(RecordType::long_line, line.substr(0, settings_.line_length_limit));
    put(RecordType::line, line);
}

void ContentFile::put_lines(std::string_view lines) {
    for (;;) {
        const auto end = lines.find('\n');
        put_line(lines.substr(0, end));
        if (end == lines.npos) return;
        lines.remove_prefix(end + 1);
    }
}

}  // namespace postern::cleanup
