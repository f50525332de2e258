// What a submitted message may contain: the file that postdrop writes into maildrop/ and that
// pickup reads there, written by people whom nobody trusts. It has no size record; postdrop puts
// the time record in front.
#pragma once

#include "lib/queue/record.h"

#include <string_view>

namespace postern::queue {

/// The sections of a file.
enum class Section { envelope, content, extracted };

/// Record types that may be submitted in that section, the one that begins the next section (or
/// `end`) among them; any other ends the submission with an error.
bool is_allowed_in_maildrop(Section section, RecordType type);

/// Attributes that a submission may set; others are left out with a warning. A user may ask for a
/// report (trace_flags), and not pose as verify(8), whose probes fill its cache.
bool is_allowed_maildrop_attribute(std::string_view name, std::string_view value);

}  // namespace postern::queue
