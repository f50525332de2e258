// The tests before the greeting: whether the client waits for it (PREGREET), and what DNS lists say
// of it. Both run side by side within postscreen_greet_wait.
#pragma once

#include "services/postscreen/visit.h"

namespace postern::postscreen {

/// Sends the teaser (postscreen_greet_banner), runs the tests that are to do, and logs what they
/// find. False: the client is gone, or was dropped.
Task<bool> test_before_greeting(Visit& visit);

}  // namespace postern::postscreen
