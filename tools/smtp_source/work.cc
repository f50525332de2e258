// Sharing the work out.
#include "tools/smtp_source/work.h"

#include "tools/smtp_source/content.h"

#include <unistd.h>

#include <cstdio>

namespace postern::smtp_source {

Work::Work(event::Loop& loop, const Options& options,
           std::vector<event::SocketAddress> addresses, std::string file, Log log)
    : loop_(loop), options_(options), addresses_(std::move(addresses)), file_(std::move(file)),
      log_(log) {}

std::optional<std::uint64_t> Work::take_message() {
    if (taken_ == options_.messages) return std::nullopt;
    return ++taken_;
}

std::string Work::content_of(std::uint64_t message) const {
    return smtp_source::content_of(options_, file_, message, loop_.clock().wall(), ::getpid());
}

std::vector<std::string> Work::recipients() {
    std::vector<std::string> list;
    // Without -N each message has the same recipients.
    std::uint64_t number = options_.numbers_recipients ? last_recipient_ : 0;
    for (std::uint64_t i = 0; i < options_.recipients; ++i)
        list.push_back(recipient(options_, ++number));
    last_recipient_ = number;
    return list;
}

seconds Work::pause() {
    if (options_.random_pause == seconds(0)) return options_.pause;
    return seconds(std::uniform_int_distribution<std::int64_t>(0, options_.random_pause.count())(chance_));
}

void Work::sent_message() {
    ++sent_;
    if (!options_.shows_counter) return;
    fmt::print("{}\r", sent_);
    std::fflush(stdout);
}

}  // namespace postern::smtp_source
