// Removal of an instance.
#include "tools/postmulti/removal.h"

#include "lib/base/fd.h"
#include "lib/service/run_program.h"

#include <fmt/format.h>

#include <filesystem>

namespace postern::postmulti {

namespace {

namespace fs = std::filesystem;

constexpr const char* message_queues[] = {"maildrop", "incoming", "active", "deferred", "hold", "corrupt"};
constexpr const char* other_folders[] = {"bounce", "defer",  "flush", "pid",
                                         "public", "private", "saved", "tlstrace", "trace"};
constexpr const char* data_files[] = {"master.lock", "prng_exch"};

/// So is one of which master cannot tell.
bool is_running(const Instance& instance) {
    const std::string master = instance.config.text("daemon_directory") + "/master";
    const auto status = service::run_program({master, "-c", instance.directory(), "-t"});
    return !status || *status != 0;
}

bool has_files(const fs::path& folder) {
    std::error_code failure;
    for (const auto& item : fs::recursive_directory_iterator(folder, failure))
        if (!item.is_directory(failure)) return true;
    return false;
}

void remove_file(const fs::path& path, const Log& log) {
    std::error_code failure;
    fs::remove(path, failure);
    if (failure) log.warning("{}: {}", path.string(), failure.message());
}

/// Sockets, logs of messages that are gone, empty hash folders.
void remove_all(const fs::path& path, const Log& log) {
    std::error_code failure;
    fs::remove_all(path, failure);
    if (failure) log.warning("{}: {}", path.string(), failure.message());
}

void remove_queue(const fs::path& queue, const Log& log) {
    for (const char* name : message_queues) remove_all(queue / name, log);
    for (const char* name : other_folders) remove_all(queue / name, log);
    remove_file(queue, log);
}

/// The lock, and the caches that daemons keep there.
void remove_data(const fs::path& data, const Log& log) {
    for (const char* name : data_files) remove_file(data / name, log);
    std::error_code failure;
    for (const auto& item : fs::directory_iterator(data, failure))
        if (item.path().stem().string().ends_with("_cache")) remove_file(item.path(), log);
    remove_file(data, log);
}

}  // namespace

Result<void> may_be_removed(const Instance& instance) {
    if (instance.is_enabled())
        return permanent("Cannot remove enabled instances: " + instance.directory());
    if (is_running(instance))
        return permanent("Cannot remove running instances: " + instance.directory());
    const fs::path queue = instance.config.text("queue_directory");
    for (const char* name : message_queues)
        if (has_files(queue / name))
            return permanent(fmt::format("{}: there are messages in the queue",
                                         (queue / name).string()));
    return success();
}

void remove(const Instance& instance, const Log& log) {
    remove_queue(instance.config.text("queue_directory"), log);
    remove_data(instance.config.text("data_directory"), log);
    const fs::path directory = instance.directory();
    remove_file(directory / "main.cf", log);
    remove_file(directory / "master.cf", log);
    remove_file(directory, log);
}

}  // namespace postern::postmulti
