// The registry of a process: opens "type:name", each table once, however many parameters name it.
#pragma once

#include "lib/config/config.h"
#include "lib/table/migration.h"
#include "lib/table/proxy_backend.h"
#include "lib/table/table.h"

#include <functional>
#include <map>

namespace postern::event {
class Loop;
class Pool;
}  // namespace postern::event

namespace postern::table {

/// What the types take from main.cf.
struct Settings {
    config::ByteCount berkeley_db_read_buffer_size = 131072;
    config::ByteCount berkeley_db_create_buffer_size = 16777216;
    config::ByteCount lmdb_map_size = 16777216;
    config::ByteCount socketmap_max_reply_size = 100000;
    config::ByteCount socketmap_max_query_size = 10000;
    bool smtputf8_enable = true;
    Migration migration = {};

    static Settings from(const config::Config& config);
};

/// What tables need of their process; all may be missing, and what needs them says so.
struct Surroundings {
    /// Gets each warning, one line without a line end. Also called when a table that could not
    /// be opened is asked.
    std::function<void(const std::string&)> warn;
    event::Loop* loop = nullptr;       ///< for tables on the network
    event::Pool* names = nullptr;      ///< threads for what waits for the name service
    ProxyBackend* proxy = nullptr;     ///< for proxy:
    /// Gets one line, of severity error, when a daemon's table does not open; its lookups warn.
    std::function<void(const std::string&)> error = {};
    /// Gets one line, of severity info, for what somebody may want to know.
    std::function<void(const std::string&)> inform = {};
};

/// Lives as long as its tables are used. A table keeps its files open: tables are opened before
/// the chroot.
class Registry {
public:
    Registry(Settings settings, Surroundings surroundings);
    Registry(const config::Config& config, Surroundings surroundings);
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    /// Opens `name`, "type:name", or gives the one that is open with the same options. Errors:
    /// permanent: not "type:name", an unknown type ("unsupported dictionary type: hsh"), bad
    /// syntax; or why its file does not open. For commands, which end with it.
    Result<std::shared_ptr<Table>> open(std::string_view name, OpenOptions options = {});

    /// As open, but what does not open is a table that answers every lookup with a temporary
    /// error, and warns of it then: one missing file must not stop a daemon. For daemons.
    std::shared_ptr<Table> open_or_unavailable(std::string_view name, OpenOptions options = {});

    /// The tables that the value of `parameter` lists, each by open_or_unavailable. An entry may
    /// be `{ type:name }`. Error: a piece that is not "type:name"; names the parameter.
    Result<Maps> open_maps(std::string_view parameter, std::string_view value,
                           OpenOptions options = {});

    /// Whether `name` is of the form "type:name": a lookup table in a list of other things.
    static bool is_table_name(std::string_view name);

    /// The kind of keys that `name` takes, from the name alone, without opening it.
    static KeyKind key_kind_of(std::string_view name);

    /// The names of all types, for postconf -m.
    static std::vector<std::string> type_names();

    /// Files whose change makes what is open out of date, without duplicates.
    std::vector<std::string> watched_files() const;

    /// The name under which the table "type:name" is opened and made: another one when it moves away
    /// from Berkeley DB.
    Result<std::string> own_name(std::string_view name);

    const Settings& settings() const noexcept { return settings_; }
    const Surroundings& surroundings() const noexcept { return surroundings_; }
    void warn(const std::string& text) const;

private:
    Result<std::shared_ptr<Table>> open_new(std::string_view name, OpenOptions options);

    const Settings settings_;
    const Surroundings surroundings_;
    // Shared with the Maps that list them.
    std::map<std::pair<std::string, int>, std::shared_ptr<Table>> open_;
};

}  // namespace postern::table
