// The milter protocol, versions 2 to 6, as it travels: each packet is four bytes of length (most
// significant first), one byte that says what it is, and data: texts that end with a NUL, numbers of
// two or four bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::milter {

/// What we say. MACROS come before the command for which they are.
enum class Command : char {
    negotiate = 'O', macros = 'D', connect = 'C', helo = 'H', mail = 'M', rcpt = 'R', data = 'T',
    header = 'L', end_of_header = 'N', body = 'B', end_of_message = 'E', abort = 'A',
    unknown = 'U', quit = 'Q',
};

/// What we hear. The second group changes the message, and comes before the answer to
/// end_of_message.
enum class Answer : char {
    go_on = 'c', accept = 'a', reject = 'r', tempfail = 't', discard = 'd', reply = 'y',
    skip = 's', progress = 'p', shut_down = '4', connection_failed = 'f',
    add_header = 'h', insert_header = 'i', change_header = 'm', change_sender = 'e',
    add_recipient = '+', add_recipient_with_parameters = '2', delete_recipient = '-',
    replace_body = 'b', quarantine = 'q',
};

/// It is of the second group.
bool is_change(Answer answer);
/// "SMFIC_MAIL", "SMFIR_ADDHEADER": what administrators find in other programs' logs.
std::string_view name_of(Command command);
std::string_view name_of(Answer answer);

/// Bits of what a milter may do to a message.
enum Action : std::uint32_t {
    may_add_headers = 0x01, may_change_body = 0x02, may_add_recipients = 0x04,
    may_delete_recipients = 0x08, may_change_headers = 0x10, may_quarantine = 0x20,
    may_change_sender = 0x40, may_add_recipients_with_parameters = 0x80, may_list_macros = 0x100,
};

/// Bits of what a milter does not want to hear, or does not answer.
enum Step : std::uint32_t {
    no_connect = 0x1, no_helo = 0x2, no_mail = 0x4, no_rcpt = 0x8, no_body = 0x10,
    no_headers = 0x20, no_end_of_header = 0x40, silent_header = 0x80, no_unknown = 0x100,
    no_data = 0x200, may_skip = 0x400, wants_rejected_recipients = 0x800,
    silent_connect = 0x1000, silent_helo = 0x2000, silent_mail = 0x4000, silent_rcpt = 0x8000,
    silent_data = 0x10000, silent_unknown = 0x20000, silent_end_of_header = 0x40000,
    silent_body = 0x80000, wants_leading_space = 0x100000,
};

/// What we offer: all that we can do to a message, and the steps that a version of the protocol has.
inline constexpr std::uint32_t all_actions = 0x1ff;
std::uint32_t steps_of(int version);

/// More than this no packet holds: libmilter's own limit for a piece of a body, and some room.
inline constexpr std::size_t packet_limit = (1u << 20) + 4096;
inline constexpr std::size_t body_piece = 65535;

struct Packet {
    char kind = 0;
    std::string data;
};

/// The bytes of a packet.
std::string coded(Command command, std::string_view data);

/// Puts the data of a packet together.
class DataWriter {
public:
    DataWriter& text(std::string_view text);   ///< up to a NUL in it, which cannot be said
    DataWriter& number(std::uint32_t value);
    DataWriter& port(std::uint16_t value);
    DataWriter& byte(char value);
    std::string take() { return std::move(data_); }

private:
    std::string data_;
};

/// Takes the data of a packet apart; nothing where it ends too early.
class DataReader {
public:
    explicit DataReader(std::string_view data) : rest_(data) {}
    std::optional<std::string> text();
    std::optional<std::uint32_t> number();
    bool is_at_end() const noexcept { return rest_.empty(); }

private:
    std::string_view rest_;
};

}  // namespace postern::milter
