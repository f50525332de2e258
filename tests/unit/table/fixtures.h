// What the tests of tables share: a folder, a registry that keeps its warnings, and a way to get
// an answer that must be there at once.
#pragma once

#include "lib/base/fd.h"
#include "lib/table/registry.h"
#include "lib/table/store.h"

#include <catch2/catch.hpp>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

namespace postern::table::test {

/// A folder that is gone when the test ends.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "tableXXXXXX").string();
        REQUIRE(::mkdtemp(name.data()));
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;

    std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
    /// A file with this content; its path.
    std::string write(std::string_view name, std::string_view content) const {
        REQUIRE(replace_file(file(name), content, 0644));
        return file(name);
    }

private:
    std::string path_;
};

struct World {
    Folder folder;
    std::vector<std::string> warnings, errors;
    Registry registry{Settings(),
                      {.warn = [this](const std::string& text) { warnings.push_back(text); },
                       .error = [this](const std::string& text) { errors.push_back(text); }}};

    std::shared_ptr<Table> open(const std::string& name, OpenOptions options = {}) {
        auto opened = registry.open(name, options);
        INFO(name << ": " << (opened ? "" : opened.error().text));
        REQUIRE(opened);
        return *opened;
    }
    std::string error_of(const std::string& name) {
        auto opened = registry.open(name);
        REQUIRE(!opened);
        return opened.error().text;
    }
    /// A made table "type:FOLDER/name".
    std::string make(std::string_view type, std::string_view name,
                     const std::vector<Entry>& entries) {
        const auto full = std::string(type) + ":" + folder.file(name);
        auto maker = make_table(registry, full, {.mode = 0644});
        REQUIRE(maker);
        for (const auto& [key, value] : entries)
            REQUIRE((*maker)->put(key, value, OnDuplicate::keep));
        REQUIRE((*maker)->commit());
        return full;
    }
};

inline Found ask(Table& table, std::string_view key) {
    auto answer = table.find(key);
    REQUIRE(answer.await_ready());
    return answer.await_resume();
}

/// The value, or "-" when there is none, or "! ERROR".
inline std::string say(Table& table, std::string_view key) {
    auto found = ask(table, key);
    if (!found) return "! " + found.error().text;
    return found->value_or("-");
}

}  // namespace postern::table::test
