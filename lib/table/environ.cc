// environ:anything: the process environment; the key is the name of a variable.
#include "lib/table/types.h"

#include <cstdlib>

namespace postern::table {

namespace {

class EnvironDictionary final : public Dictionary {
public:
    Answer<Found> find(std::string_view key) override {
        const char* value = std::getenv(std::string(key).c_str());
        return Found(value ? std::optional<std::string>(value) : std::nullopt);
    }
};

}  // namespace

OpenedDictionary open_environ(const Opening&) { return std::make_unique<EnvironDictionary>(); }

}  // namespace postern::table
