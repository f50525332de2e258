// Events; see the header.
#include "lib/milter/event.h"

namespace postern::milter {

const Event& event_of(Command command) {
    constexpr auto during_commands = &MilterSettings::command_timeout;
    constexpr auto during_content = &MilterSettings::content_timeout;
    static constexpr Event events[] = {
        {Command::connect, Stage::connect, no_connect, silent_connect, 2, &MilterSettings::connect_timeout},
        {Command::helo, Stage::helo, no_helo, silent_helo, 2, during_commands},
        {Command::mail, Stage::mail, no_mail, silent_mail, 2, during_commands},
        {Command::rcpt, Stage::rcpt, no_rcpt, silent_rcpt, 2, during_commands},
        {Command::data, Stage::data, no_data, silent_data, 4, during_commands},
        {Command::unknown, Stage::unknown, no_unknown, silent_unknown, 3, during_commands},
        {Command::header, Stage::end_of_header, no_headers, silent_header, 2, during_content},
        {Command::end_of_header, Stage::end_of_header, no_end_of_header, silent_end_of_header, 2, during_content},
        {Command::body, Stage::end_of_message, no_body, silent_body, 2, during_content},
        {Command::end_of_message, Stage::end_of_message, 0, 0, 2, during_content},
    };
    for (const Event& event : events)
        if (event.command == command) return event;
    return events[std::size(events) - 1];
}

}  // namespace postern::milter
