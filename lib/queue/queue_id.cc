#include "lib/queue/queue_id.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace postern::queue {
namespace {

constexpr std::string_view digits = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
constexpr unsigned time_base = 52;
constexpr unsigned inode_base = 51;
constexpr char inode_mark = 'z';
constexpr std::size_t longest_name = 100;
constexpr std::size_t seconds_digits = 6;
constexpr std::size_t microseconds_digits = 4;
constexpr std::size_t short_microseconds_digits = 5;

std::string encode(std::uint64_t value, unsigned base, std::size_t width) {
    std::string text;
    for (; value != 0 || text.size() < width; value /= base)
        text += digits[value % base];
    std::ranges::reverse(text);
    return text;
}

/// Nothing when a character is no digit of the base, or the value is above 64 bits.
std::optional<std::uint64_t> decode(std::string_view text, unsigned base) {
    std::uint64_t value = 0;
    for (char c : text) {
        const std::size_t digit = digits.find(c);
        if (digit >= base) return {};
        if (__builtin_mul_overflow(value, std::uint64_t{base}, &value)) return {};
        if (__builtin_add_overflow(value, digit, &value)) return {};
    }
    return value;
}

bool is_hexadecimal(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'F'); });
}

std::uint64_t from_hexadecimal(std::string_view text) {
    std::uint64_t value = 0;
    for (char c : text)
        value = value << 4 | static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'A' + 10);
    return value;
}

/// Where the inode of a long id begins; nothing when the text is no long id.
std::optional<std::size_t> find_inode(std::string_view text) {
    const std::size_t mark = text.rfind(inode_mark);
    if (mark == text.npos || mark < seconds_digits + microseconds_digits) return {};
    if (mark + 1 == text.size()) return {};
    const std::string_view micros = text.substr(mark - microseconds_digits, microseconds_digits);
    const auto parsed = decode(micros, time_base);
    if (!parsed || *parsed >= 1'000'000) return {};
    if (!decode(text.substr(0, mark - microseconds_digits), time_base)) return {};
    if (!decode(text.substr(mark + 1), inode_base)) return {};
    return mark + 1;
}

}  // namespace

Result<QueueId> QueueId::parse(std::string_view text) {
    if (text.size() <= longest_name) {
        if (const auto inode_at = find_inode(text)) return QueueId(std::string(text), *inode_at);
        const bool is_short = text.size() > short_microseconds_digits &&
                              text.size() <= short_microseconds_digits + 16 && is_hexadecimal(text);
        if (is_short) return QueueId(std::string(text), short_form);
    }
    return permanent(fmt::format("\"{}\" is not a queue id", printable(text, longest_name)));
}

QueueId QueueId::make_short(WallTime arrival, ino_t inode) {
    const auto micros = arrival.time_since_epoch() % seconds(1);
    return QueueId(fmt::format("{:05X}{:X}", micros.count(), inode), short_form);
}

QueueId QueueId::make_long(WallTime arrival, ino_t inode) {
    const auto micros = arrival.time_since_epoch() % seconds(1);
    std::string text =
        encode(static_cast<std::uint64_t>(to_unix(arrival)), time_base, seconds_digits);
    text += encode(static_cast<std::uint64_t>(micros.count()), time_base, microseconds_digits);
    text += inode_mark;
    const std::size_t inode_at = text.size();
    return QueueId(text + encode(inode, inode_base, 1), inode_at);
}

ino_t QueueId::inode() const {
    if (!is_long())
        return from_hexadecimal(std::string_view(text_).substr(short_microseconds_digits));
    return *decode(std::string_view(text_).substr(inode_at_), inode_base);
}

microseconds QueueId::arrival_microseconds() const {
    const std::string_view text = text_;
    if (!is_long())
        return microseconds(from_hexadecimal(text.substr(0, short_microseconds_digits)));
    const std::size_t begin = inode_at_ - 1 - microseconds_digits;
    return microseconds(*decode(text.substr(begin, microseconds_digits), time_base));
}

std::optional<WallTime> QueueId::arrival() const {
    if (!is_long()) return {};
    const std::size_t size = inode_at_ - 1 - microseconds_digits;
    const auto since_epoch = *decode(std::string_view(text_).substr(0, size), time_base);
    return from_unix(static_cast<std::int64_t>(since_epoch)) + arrival_microseconds();
}

std::string QueueId::hash_key() const {
    return is_long() ? fmt::format("{:05X}", arrival_microseconds().count()) : text_;
}

}  // namespace postern::queue
