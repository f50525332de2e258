// A spool in a folder of its own, and files in it, for the tests of lib/queue.
#pragma once

#include "lib/queue/queue_file_writer.h"
#include "lib/queue/record.h"
#include "lib/queue/spool.h"

#include <stdlib.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace postern::queue {

class ScratchSpool {
public:
    explicit ScratchSpool(Layout layout = {}) : spool_(make(root_, std::move(layout))) {}
    ~ScratchSpool() { std::filesystem::remove_all(root_); }
    ScratchSpool(const ScratchSpool&) = delete;

    const Spool& operator*() const { return spool_; }
    const Spool* operator->() const { return &spool_; }
    std::string path(std::string_view name) const { return root_ + "/" + std::string(name); }
    bool has(std::string_view name) const { return std::filesystem::exists(path(name)); }
    void put(std::string_view name, std::string_view content) const {
        std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
        std::ofstream(path(name), std::ios::binary) << content;
    }
    std::string get(std::string_view name) const { return *read_file(path(name)); }

private:
    static Spool make(std::string& root, Layout layout) {
        root = std::filesystem::temp_directory_path() / "postern-queue-XXXXXX";
        REQUIRE(mkdtemp(root.data()) != nullptr);
        for (Queue queue : all_queues)
            std::filesystem::create_directory(root + "/" + std::string(name_of(queue)));
        auto spool = Spool::open(root, std::move(layout));
        REQUIRE(spool);
        return std::move(*spool);
    }

    std::string root_;
    Spool spool_;
};

inline const WallTime noon = from_unix(1'795'533'809) + microseconds(552'212);

/// "S" and "sender" become the record's bytes.
inline std::string rec(char type, std::string_view data = {}) {
    std::string bytes;
    append_record(bytes, static_cast<RecordType>(type), data);
    return bytes;
}

/// A whole file: size record, time, `envelope`, content of the `content` records, `extracted`.
inline std::string message(std::string_view envelope, std::string_view content,
                           std::string_view extracted = {}) {
    std::string head = rec('T', "1795533809 552212") + std::string(envelope) + rec('M');
    MessageSizes sizes;
    sizes.data_size = static_cast<std::int64_t>(content.size());
    sizes.data_offset = static_cast<off_t>(size_record_size + head.size());
    return rec('C', sizes.text()) + head + std::string(content) + rec('X') +
           std::string(extracted) + rec('E');
}

}  // namespace postern::queue
