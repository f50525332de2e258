// Originals; see the header.
#include "bounce/original.h"

#include "lib/base/strings.h"
#include "lib/mail/header_field.h"
#include "lib/queue/record.h"

namespace postern::bounce {

using queue::RecordType;

namespace {

/// Gathers lines up to a bound.
class Gatherer {
public:
    Gatherer(Original& original, std::size_t limit, bool header_only)
        : original_(original), room_(limit) {
        original_.is_header_only = header_only;
    }

    /// False: no more is wanted.
    bool add(const queue::Record& record) {
        const bool is_whole = record.type == RecordType::line;
        line_ += record.data;
        if (line_.size() > room_) return cut();
        return is_whole ? add_line(std::exchange(line_, {})) : true;
    }

private:
    bool add_line(std::string line) {
        if (!header_end_ && !mail::continues_field(line) && !mail::begins_field(line))
            header_end_ = original_.lines.size();
        if (header_end_ && original_.is_header_only) return false;
        room_ -= line.size();
        original_.lines.push_back(std::move(line));
        return true;
    }

    /// Too big: back to the header.
    bool cut() {
        original_.is_header_only = true;
        if (header_end_) original_.lines.resize(*header_end_);
        return false;
    }

    Original& original_;
    std::size_t room_;
    std::string line_;
    std::optional<std::size_t> header_end_;   // lines of the header
};

std::optional<WallTime> arrival_of(std::string_view data) {
    const auto parts = split(data, " ");
    const auto value = parts.empty() ? std::nullopt : parse_number(parts[0]);
    return value ? std::optional(from_unix(static_cast<std::int64_t>(*value))) : std::nullopt;
}

}  // namespace

Original read_original(const queue::Spool& spool, queue::Queue queue, const queue::QueueId& id,
                       Extent extent) {
    Original original;
    Gatherer gatherer(original, extent.size_limit, extent.header_only);
    auto file = spool.open_file(queue, id, O_RDONLY);
    if (!file || !*file) return original;
    queue::RecordReader records((*file)->get(), spool.path(queue, id), 16384);
    for (bool in_content = false;;) {
        auto record = records.next_in_order();
        if (!record || !*record) return original;
        const RecordType type = (*record)->type;
        if (type == RecordType::extracted || type == RecordType::end) return original;
        if (type == RecordType::time && !in_content) original.arrival = arrival_of((*record)->data);
        if (type == RecordType::attribute && !in_content && (*record)->data == "requiretls=yes") {
            original.requires_tls = true;
            original.is_header_only = original.is_header_only || extent.redacts_tls;
        }
        const bool is_line = type == RecordType::line || type == RecordType::long_line;
        if (in_content && is_line && !gatherer.add(**record)) return original;
        in_content = in_content || type == RecordType::content;
    }
}

}  // namespace postern::bounce
