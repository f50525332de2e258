// The events of a session and of a message that milters are told of.
#pragma once

#include "lib/milter/macros.h"
#include "lib/milter/protocol.h"
#include "lib/milter/settings.h"

namespace postern::milter {

/// What there is to know of a command.
struct Event {
    Command command;
    Stage stage;                      ///< whose macros are sent
    std::uint32_t unwanted, silent;   ///< bits of Step that turn it off, or its answer
    int least_version;
    seconds MilterSettings::* wait;

    /// Its answer holds for the rest of the session.
    bool is_of_session() const noexcept {
        return command == Command::connect || command == Command::helo;
    }
    /// Of the message itself, instead of a command of the client.
    bool is_of_content() const noexcept { return wait == &MilterSettings::content_timeout; }
};

const Event& event_of(Command command);

}  // namespace postern::milter
