// fail:anything: a table that is always down, for tests of an installation.
#include "lib/table/types.h"

namespace postern::table {

namespace {

const Error down = temporary("query error: Application error");

class FailDictionary final : public Dictionary {
public:
    Answer<Found> find(std::string_view) override { return Found(down); }
    Result<std::unique_ptr<Cursor>> entries() override {
        return temporary("sequence error: Application error");
    }
};

}  // namespace

OpenedDictionary open_fail(const Opening&) { return std::make_unique<FailDictionary>(); }

}  // namespace postern::table
