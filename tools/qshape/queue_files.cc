// Reading; see the header.
#include "tools/qshape/queue_files.h"

#include "lib/base/fd.h"
#include "lib/queue/envelope_reader.h"
#include "lib/queue/queue_id.h"

#include <fcntl.h>

#include <filesystem>
#include <optional>

namespace postern::qshape {

namespace {

namespace fs = std::filesystem;

std::optional<QueuedMessage> read_message(const std::string& path) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file) return std::nullopt;
    const auto status = status_of(file.get(), path);
    if (!status || !S_ISREG(status->st_mode)) return std::nullopt;
    queue::EnvelopeReader reader(file.get(), path);
    constexpr std::size_t piece = 1000;
    const auto envelope = reader.read(piece);
    if (!envelope) return std::nullopt;
    QueuedMessage message{envelope->sender, {}, envelope->arrival};
    while (!reader.at_end()) {
        auto recipients = reader.recipients(piece);
        if (!recipients) return std::nullopt;
        for (auto& recipient : *recipients) message.recipients.push_back(std::move(recipient.address));
    }
    return message;
}

}  // namespace

Result<void> for_each_message(const std::string& folder,
                              const std::function<void(const QueuedMessage&)>& visit) {
    std::error_code failure;
    fs::recursive_directory_iterator at(folder, failure), end;
    if (failure) return system_error(folder, failure.value());
    for (; at != end; at.increment(failure)) {
        if (!queue::QueueId::parse(at->path().filename().string())) continue;
        if (const auto message = read_message(at->path().string())) visit(*message);
    }
    return success();
}

}  // namespace postern::qshape
