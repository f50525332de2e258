// How postconf writes names and values: blanks made one, long lines folded, or JSON.
#pragma once

#include "postconf/options.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::postconf {

/// "name = value", or what -h, -H, -f and -j make of it; with its line end.
std::string line_of(const Options& options, std::string_view name, std::string_view value);

/// {"name": "value"}, RFC 8259.
std::string json_line(std::string_view name, std::string_view value);

/// Words after `start`, one blank between them; with `folds`, lines end before column 80 and go on
/// four columns in. A word with `starts_line` begins a line of its own when folding.
struct Word {
    std::string text;
    bool starts_line = false;
};
std::string fill(std::string start, const std::vector<Word>& words, bool folds);

}  // namespace postern::postconf
