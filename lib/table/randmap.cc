// randmap:{a, b, ...}: each lookup gives one of the values by chance.
#include "lib/table/braces.h"
#include "lib/table/types.h"

#include <fmt/format.h>

#include <random>

namespace postern::table {

namespace {

class RandomDictionary final : public Dictionary {
public:
    explicit RandomDictionary(std::vector<std::string> values)
        : values_(std::move(values)), any_(0, values_.size() - 1) {}
    Answer<Found> find(std::string_view) override { return Found(values_[any_(chance_)]); }
    KeyKind key_kind() const override { return KeyKind::pattern; }

private:
    const std::vector<std::string> values_;
    std::uniform_int_distribution<std::size_t> any_;
    std::minstd_rand chance_{std::random_device()()};
};

}  // namespace

OpenedDictionary open_randmap(const Opening& opening) {
    auto values = braced_list(opening.name);
    if (!values || values->empty())
        return permanent(fmt::format("bad syntax: \"randmap:{}\"; need \"randmap:{{value...}}\"",
                                     opening.name));
    return std::make_unique<RandomDictionary>(std::move(*values));
}

}  // namespace postern::table
