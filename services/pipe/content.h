// The message as the command reads it: the fields and changes that flags= asks for.
#pragma once

#include "lib/delivery/command.h"
#include "lib/queue/content.h"
#include "services/pipe/attributes.h"

#include <string>

namespace postern::pipe {

/// What stands before the content, lines ending with `eol`.
struct Head {
    std::string from_line;      ///< without line end; "": none
    std::string return_path;    ///< external form; each only where its flag is set
    std::string original_to;    ///< external form; "": not known
    std::string delivered_to;   ///< external form
};
std::string head_text(const Head& head, const Attributes& attributes);

/// The content, piece by piece.
delivery::CommandInput shaped(queue::ContentReader content, const Attributes& attributes);

/// One line, or the first piece of a long one, as flags= has it.
std::string shaped_start(std::string_view text, const Flags& flags);

}  // namespace postern::pipe
