// How far a misspelt word is from a known one.
#pragma once

#include <cstddef>
#include <string_view>

namespace postern {

/// Letters to put in, take out or change that make one of the other (Levenshtein).
std::size_t spelling_distance(std::string_view a, std::string_view b);

}  // namespace postern
