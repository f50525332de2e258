// qshape: how much mail waits for (or is from) which domains, and for how long (qshape(1)).
#include "lib/service/command.h"
#include "tools/qshape/queue_files.h"
#include "tools/qshape/table.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace postern::qshape {

namespace {

constexpr std::string_view clear_screen = "\033[H\033[J";

class Show {
public:
    explicit Show(const Options& options) : options_(options), distribution_(options) {}

    void add(const QueuedMessage& message) {
        const auto age = std::chrono::floor<seconds>(now_ - message.arrival);
        if (options_.counts_senders)
            distribution_.add(message.sender, age);
        else
            for (const auto& recipient : message.recipients) distribution_.add(recipient, age);
        if (is_terminal_ && ++messages_ % options_.batch_messages == 0) print();
    }

    void print() const {
        const auto rows = distribution_.rows(is_terminal_ ? options_.batch_domains : 0);
        fmt::print("{}{}", is_terminal_ ? clear_screen : "",
                   table(rows, distribution_.limits(), options_.width));
        std::fflush(stdout);
    }

private:
    const Options& options_;
    Distribution distribution_;
    const WallTime now_ = system_clock().wall();
    const bool is_terminal_ = ::isatty(STDOUT_FILENO) != 0;
    std::size_t messages_ = 0;
};

int run(int argc, char** argv) {
    service::Command command("qshape", argv[0]);
    const auto options = parse_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "{}\n", options.error().text);
        return 1;
    }
    const config::Config config = command.load(options->config_directory);
    Show show(*options);
    for (const std::string& queue : options->queues) {
        const std::string folder = queue.starts_with('/') ? queue : config.text("queue_directory") + "/" + queue;
        auto read = for_each_message(folder, [&show](const QueuedMessage& message) { show.add(message); });
        if (!read) command.log().warning("{}", read.error().text);
    }
    show.print();
    return 0;
}

}  // namespace

}  // namespace postern::qshape

int main(int argc, char** argv) { return postern::qshape::run(argc, argv); }
