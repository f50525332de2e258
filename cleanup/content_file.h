// The content of a message on its way into the queue file: lines become records, and are counted.
#pragma once

#include "cleanup/fate.h"
#include "cleanup/settings.h"
#include "lib/queue/queue_file_writer.h"

#include <cstdint>
#include <string_view>

namespace postern::cleanup {

class ContentFile {
public:
    /// All outlive it.
    ContentFile(queue::QueueFileWriter& file, const Settings& settings, Fate& fate)
        : file_(file), settings_(settings), fate_(fate) {}

    /// One record, a line or a piece of one. Above message_size_limit the message has failed.
    void put(queue::RecordType type, std::string_view text);
    /// A line of any length, without its end.
    void put_line(std::string_view line);
    /// Lines separated by "\n".
    void put_lines(std::string_view lines);

    /// Bytes, line ends included.
    std::int64_t size() const noexcept { return size_; }

private:
    queue::QueueFileWriter& file_;
    const Settings& settings_;
    Fate& fate_;
    std::int64_t size_ = 0;
};

}  // namespace postern::cleanup
