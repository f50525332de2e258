// Replies on their way to the client.
#pragma once

#include "services/postscreen/visit.h"

namespace postern::postscreen {

/// A permanent refusal as a temporary one where soft_bounce wants it.
Reply softened(const Settings& settings, Reply reply);
/// The reply with postscreen_reject_footer_maps or postscreen_reject_footer, where it refuses. A
/// footer that cannot be used is logged and left out.
Task<Reply> with_footer(const Visit& visit, Reply reply);
/// Writes a reply, softened and with its footer; it goes out with the next wait.
Task<void> say(Visit& visit, Reply reply);
/// Says the last word, and sends it.
Task<void> part(Visit& visit, Reply last);

}  // namespace postern::postscreen
