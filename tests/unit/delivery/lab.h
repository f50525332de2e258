// A message in a scratch spool, and a folder, for the tests of lib/delivery.
#pragma once

#include "lib/queue/content.h"
#include "tests/unit/base/temporary_folder.h"
#include "tests/unit/queue/scratch_spool.h"

#include <csignal>
#include <string>
#include <vector>

namespace postern::delivery {

/// A file of content records, as it stands in a queue file.
class Lab {
public:
    explicit Lab(const std::vector<std::string>& lines) {
        std::signal(SIGPIPE, SIG_IGN);
        std::string records;
        for (const std::string& line : lines)
            records += queue::rec('N', line);
        records += queue::rec('X');
        REQUIRE(replace_file(folder.path("message"), records, 0600));
        file_ = std::move(*open_file(folder.path("message"), O_RDONLY));
    }
    queue::ContentReader content() const { return {file_.get(), "message", 0}; }
    std::string get(const std::string& name) const { return *read_file(folder.path(name)); }

    test::TemporaryFolder folder;

private:
    Fd file_;
};

}  // namespace postern::delivery
