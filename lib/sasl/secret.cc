// Wiping; see the header.
#include "lib/sasl/secret.h"

#include <string.h>

#include <utility>

namespace postern::sasl {

void wipe(std::string& text) noexcept {
    // What the string has room for, not what it holds now: it may have been longer.
    text.resize(text.capacity());
    ::explicit_bzero(text.data(), text.size());
    text.clear();
}

// A short string lies within the object and is copied by a move: the source keeps its bytes.
Secret::Secret(std::string text) noexcept : text_(text) {
    wipe(text);
}

Secret::Secret(Secret&& other) noexcept : text_(other.text_) {
    wipe(other.text_);
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(text_);
    text_ = other.text_;
    wipe(other.text_);
    return *this;
}

}  // namespace postern::sasl
