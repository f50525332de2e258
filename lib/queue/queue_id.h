// Queue ids: the name of a message, unique in the queue while its file exists.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"

#include <sys/types.h>

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace postern::queue {

/// The name of a queue file, in one of two forms:
///
///   short  microseconds of the arrival time, five hexadecimal digits or more, then the inode of
///          the file in hexadecimal: unique while the file exists.
///   long   (enable_long_queue_ids) seconds, six digits or more of base 52, then microseconds,
///          four digits of base 52, then "z", then the inode in base 51: never used again.
///
/// The digits of base 52 are 0-9, then consonants in upper and lower case; base 51 lacks z.
class QueueId {
public:
    /// Either form. Error: permanent, with the offending text quoted.
    static Result<QueueId> parse(std::string_view text);

    static QueueId make_short(WallTime arrival, ino_t inode);
    static QueueId make_long(WallTime arrival, ino_t inode);

    const std::string& text() const noexcept { return text_; }
    bool is_long() const noexcept { return inode_at_ != short_form; }

    /// The inode that the name tells; it differs from the file's after a restore.
    ino_t inode() const;
    /// The arrival time that a long id holds; of a short one only the microseconds are known.
    std::optional<WallTime> arrival() const;
    microseconds arrival_microseconds() const;

    /// The characters by which the file's hash folders are named, one a level: the first ones of a
    /// short id, the hexadecimal microseconds of a long one.
    std::string hash_key() const;

    friend bool operator==(const QueueId& a, const QueueId& b) { return a.text_ == b.text_; }
    friend auto operator<=>(const QueueId& a, const QueueId& b) { return a.text_ <=> b.text_; }

private:
    static constexpr std::size_t short_form = 0;

    QueueId(std::string text, std::size_t inode_at) : text_(std::move(text)), inode_at_(inode_at) {}

    std::string text_;
    std::size_t inode_at_;  ///< where the inode begins in a long id
};

}  // namespace postern::queue

template <>
struct std::hash<postern::queue::QueueId> {
    std::size_t operator()(const postern::queue::QueueId& id) const noexcept {
        return std::hash<std::string>()(id.text());
    }
};
