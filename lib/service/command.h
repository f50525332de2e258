// What every command is: it speaks to standard error under the name by which it was called, reads
// main.cf, and may log as well.
#pragma once

#include "lib/base/log.h"
#include "lib/base/open_log.h"
#include "lib/config/config.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::service {

class Command {
public:
    /// `program` is its name in log lines, `called` argv[0], under which it says things to people.
    Command(std::string_view program, std::string_view called);

    Log log() { return Log(book_); }
    LogBook& book() noexcept { return book_; }
    void set_verbosity(int level) { book_.set_verbosity(level); }

    /// main.cf of `directory` (-c), else of MAIL_CONFIG, else of the installation. A bad file ends
    /// the process with a line that says what is wrong; warnings are said.
    config::Config load(const std::optional<std::string>& directory,
                        std::vector<config::Override> overrides = {});
    /// From now on lines go to the log, too.
    void open_log(const config::Config& config, LogRole role);

private:
    std::string program_;
    LogBook book_;
};

}  // namespace postern::service
