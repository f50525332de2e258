// static:text, static:{ text with blanks }: every lookup gives the text.
#include "lib/table/braces.h"
#include "lib/table/types.h"

namespace postern::table {

namespace {

class StaticDictionary final : public Dictionary {
public:
    explicit StaticDictionary(std::string value) : value_(std::move(value)) {}
    Answer<Found> find(std::string_view) override { return Found(value_); }
    bool folds_keys() const override { return false; }

private:
    const std::string value_;
};

}  // namespace

OpenedDictionary open_static(const Opening& opening) {
    if (!opening.name.starts_with('{')) return std::make_unique<StaticDictionary>(opening.name);
    auto value = inside_braces(opening.name);
    if (!value) return value.error().in("bad static:name syntax");
    return std::make_unique<StaticDictionary>(std::move(*value));
}

}  // namespace postern::table
