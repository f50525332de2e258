#include "lib/queue/content.h"

namespace postern::queue {

ContentReader::ContentReader(int file, std::string name, off_t data_offset)
    : records_(file, std::move(name), 16384), data_offset_(data_offset) {
    rewind();
}

void ContentReader::rewind() {
    records_.seek(data_offset_);
    in_line_ = false;
    at_end_ = false;
}

Result<std::optional<ContentLine>> ContentReader::next() {
    while (!at_end_) {
        auto record = records_.next_in_order();
        if (!record) return record.error();
        if (!*record) return records_.damage("file ends within the content", records_.offset());
        switch ((*record)->type) {
            case RecordType::line:
            case RecordType::long_line:
                return std::optional(
                    ContentLine{(*record)->data, (*record)->type == RecordType::line});
            case RecordType::padding:
                break;
            case RecordType::extracted:
            case RecordType::end:
                at_end_ = true;
                break;
            default:
                return records_.damage("record in the content that is not text", (*record)->offset);
        }
    }
    return std::optional<ContentLine>();
}

Result<bool> ContentReader::fill(std::string& block, std::size_t size, std::string_view line_end) {
    while (block.size() < size) {
        auto piece = next();
        if (!piece) return piece.error();
        if (!*piece) {
            if (std::exchange(in_line_, false)) block += line_end;
            return false;
        }
        block += (*piece)->text;
        in_line_ = !(*piece)->is_complete;
        if (!in_line_) block += line_end;
    }
    return true;
}

}  // namespace postern::queue
