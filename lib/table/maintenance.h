// What postmap and postalias do with tables, but for the syntax of the source.
#pragma once

#include "lib/event/loop.h"
#include "lib/table/command_options.h"
#include "lib/table/registry.h"
#include "lib/table/source_file.h"

#include <cstdio>
#include <functional>

namespace postern::table {

/// Lookups, removals and listings, with their output. The results say whether anything was found,
/// which is the exit status. Errors end the command.
class Maintenance {
public:
    /// `separator` stands between key and value on output: a tab, or ":\t".
    Maintenance(Registry& registry, event::Loop& loop, const CommandOptions& options,
                std::string_view separator);

    /// -q KEY: the value that the first table with the key has.
    Result<bool> query(const std::string& key);
    /// -q -: each line of `input` is a key; key and value for each that is found.
    Result<bool> query_lines(std::istream& input);
    /// One key of many: key and value, when it is found.
    Result<bool> query_and_show(std::string_view key);
    /// -d KEY, -d -: from each table.
    Result<bool> remove(const std::string& key);
    Result<bool> remove_lines(std::istream& input);
    /// -s: all entries of the first table.
    Result<bool> list();

private:
    Result<std::optional<std::string>> find(std::string_view key);
    Result<const std::vector<std::shared_ptr<Table>>*> tables();
    Result<std::vector<std::unique_ptr<Store>>> stores() const;
    Result<bool> remove_from(std::vector<std::unique_ptr<Store>>& stores, std::string_view key);
    Result<std::string> shown_value(const std::string& table, std::string_view key,
                                    std::string value) const;
    void show(std::string_view key, std::string_view value) const;
    OpenOptions open_options() const;

    Registry& registry_;
    event::Loop& loop_;
    const CommandOptions& options_;
    const std::string separator_;
    std::vector<std::shared_ptr<Table>> tables_;
};

/// Reads entries from a source and gives each to `put`.
class SourceSyntax {
public:
    using Put = std::function<Result<void>(std::string_view key, std::string_view value)>;
    virtual ~SourceSyntax() = default;
    /// `file`: the name for warnings.
    virtual Result<void> read(std::string_view content, const std::string& file,
                              const Put& put) = 0;
    /// What the table gets besides, without a NUL.
    virtual std::vector<Entry> further_entries() { return {}; }
};

/// Makes or updates one table ("type:name"; its source is the file `name`, or standard input with
/// -i). As root, it becomes the owner of the source first (not with -o).
/// Signals wait until the table is complete.
Result<void> build_table(Registry& registry, const CommandOptions& options, const std::string& name,
                         SourceSyntax& syntax);

/// `table` with `default_type:` before it, where it has no type.
std::string with_type(const std::string& table, std::string_view default_type);

}  // namespace postern::table
