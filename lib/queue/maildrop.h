// What a submitted message may contain: the file that postdrop writes into maildrop/ and that
// pickup reads there, written by people whom nobody trusts.
#pragma once

#include "lib/queue/record.h"

#include <string_view>

namespace postern::queue {

/// The sections of a file in maildrop/.
enum class Section { envelope, content, extracted };

/// Record types that postdrop accepts from its input in that section; others end the submission.
bool is_allowed_in_maildrop(Section section, RecordType type);

/// Attributes that a submission may set; others are passed over with a warning.
bool is_allowed_maildrop_attribute(std::string_view name);

}  // namespace postern::queue
