// Packets; see the header.
#include "lib/milter/protocol.h"

namespace postern::milter {

namespace {

constexpr struct {
    Command command;
    std::string_view name;
} names[] = {
    {Command::negotiate, "SMFIC_OPTNEG"}, {Command::macros, "SMFIC_MACRO"},
    {Command::connect, "SMFIC_CONNECT"},  {Command::helo, "SMFIC_HELO"},
    {Command::mail, "SMFIC_MAIL"},        {Command::rcpt, "SMFIC_RCPT"},
    {Command::data, "SMFIC_DATA"},        {Command::header, "SMFIC_HEADER"},
    {Command::end_of_header, "SMFIC_EOH"}, {Command::body, "SMFIC_BODY"},
    {Command::end_of_message, "SMFIC_BODYEOB"}, {Command::abort, "SMFIC_ABORT"},
    {Command::unknown, "SMFIC_UNKNOWN"},  {Command::quit, "SMFIC_QUIT"},
};

constexpr struct {
    Answer answer;
    std::string_view name;
} answer_names[] = {
    {Answer::go_on, "SMFIR_CONTINUE"},       {Answer::accept, "SMFIR_ACCEPT"},
    {Answer::reject, "SMFIR_REJECT"},        {Answer::tempfail, "SMFIR_TEMPFAIL"},
    {Answer::discard, "SMFIR_DISCARD"},      {Answer::reply, "SMFIR_REPLYCODE"},
    {Answer::skip, "SMFIR_SKIP"},            {Answer::progress, "SMFIR_PROGRESS"},
    {Answer::shut_down, "SMFIR_SHUTDOWN"},   {Answer::connection_failed, "SMFIR_CONN_FAIL"},
    {Answer::add_header, "SMFIR_ADDHEADER"}, {Answer::insert_header, "SMFIR_INSHEADER"},
    {Answer::change_header, "SMFIR_CHGHEADER"}, {Answer::change_sender, "SMFIR_CHGFROM"},
    {Answer::add_recipient, "SMFIR_ADDRCPT"},
    {Answer::add_recipient_with_parameters, "SMFIR_ADDRCPT_PAR"},
    {Answer::delete_recipient, "SMFIR_DELRCPT"}, {Answer::replace_body, "SMFIR_REPLBODY"},
    {Answer::quarantine, "SMFIR_QUARANTINE"},
};

void append_number(std::string& data, std::uint32_t value, int bytes) {
    while (bytes-- > 0) data += static_cast<char>(value >> (8 * bytes));
}

}  // namespace

bool is_change(Answer answer) {
    return std::string_view("himeb+2-q").find(static_cast<char>(answer)) != std::string_view::npos;
}

std::string_view name_of(Command command) {
    for (const auto& known : names)
        if (known.command == command) return known.name;
    return "unknown";
}

std::string_view name_of(Answer answer) {
    for (const auto& known : answer_names)
        if (known.answer == answer) return known.name;
    return "(unknown filter reply)";
}

std::uint32_t steps_of(int version) {
    if (version >= 6) return 0x1fffff;
    constexpr std::uint32_t of_version_2 = 0x7f;
    if (version == 2) return of_version_2;
    return of_version_2 | no_unknown | (version == 3 ? 0u : no_data);
}

std::string coded(Command command, std::string_view data) {
    std::string bytes;
    bytes.reserve(data.size() + 5);
    append_number(bytes, static_cast<std::uint32_t>(data.size() + 1), 4);
    bytes += static_cast<char>(command);
    return bytes.append(data);
}

DataWriter& DataWriter::text(std::string_view text) {
    data_.append(text.substr(0, text.find('\0'))).push_back('\0');
    return *this;
}

DataWriter& DataWriter::number(std::uint32_t value) {
    append_number(data_, value, 4);
    return *this;
}

DataWriter& DataWriter::port(std::uint16_t value) {
    append_number(data_, value, 2);
    return *this;
}

DataWriter& DataWriter::byte(char value) {
    data_ += value;
    return *this;
}

std::optional<std::string> DataReader::text() {
    const auto end = rest_.find('\0');
    if (end == rest_.npos) return std::nullopt;
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return text;
}

std::optional<std::uint32_t> DataReader::number() {
    if (rest_.size() < 4) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : rest_.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
    rest_.remove_prefix(4);
    return value;
}

}  // namespace postern::milter
