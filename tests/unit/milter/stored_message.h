// A message in a file of records, for tests.
#pragma once

#include "lib/milter/draft.h"
#include "lib/queue/record.h"

#include <catch2/catch.hpp>

#include <stdlib.h>
#include <unistd.h>

namespace postern::milter {

class StoredMessage {
public:
    explicit StoredMessage(const std::vector<std::string>& lines) {
        char name[] = "/tmp/milter-test-XXXXXX";
        file_ = Fd(::mkstemp(name));
        ::unlink(name);
        std::string records;
        for (const std::string& line : lines) queue::append_line(records, line, 20);
        queue::append_record(records, queue::RecordType::extracted, {});
        REQUIRE(write_all(file_.get(), records, "test"));
    }
    StoredContent content(bool has_own_received = false) const {
        StoredContent content;
        content.file = file_.get();
        content.name = "ID";
        content.has_own_received = has_own_received;
        return content;
    }

private:
    Fd file_;
};

inline std::vector<std::string> texts(const Draft& draft) {
    std::vector<std::string> all;
    for (const EditedField& field : draft.header()) all.push_back(field.text);
    return all;
}

}  // namespace postern::milter
