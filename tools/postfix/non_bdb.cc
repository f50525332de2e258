// The migration level, and the tables that it needs; see the header.
#include "tools/postfix/non_bdb.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/config/edit.h"
#include "lib/service/run_program.h"
#include "lib/table/registry.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace postern::postfix {

namespace {

constexpr std::string_view level = "non_bdb_migration_level", reindexing = "enable-reindex";

bool is_berkeley(std::string_view type) { return type == "hash" || type == "btree"; }

void edit_main_cf(const Instance& instance, const std::function<std::string(std::string)>& change) {
    const auto edited = config::edit_file(
        instance.config().directory() + "/main.cf",
        [&](std::string text) -> Result<std::string> { return change(std::move(text)); });
    if (!edited) instance.log().fatal("{}", edited.error().text);
}

void set_level(const Instance& instance, const std::string& value) {
    edit_main_cf(instance, [&](const std::string& text) {
        return config::assign(text, {{std::string(level), value}});
    });
}

void require_other_types(const Instance& instance) {
    for (const char* parameter : {"default_database_type", "default_cache_db_type"})
        if (is_berkeley(instance[parameter]))
            instance.log().fatal("{} is {}: set it to another type first, such as lmdb", parameter,
                                 instance[parameter]);
}

int status(const Instance& instance) {
    fmt::print("{}\n", instance[level]);
    return 0;
}

int disable(const Instance& instance) {
    edit_main_cf(instance, [](const std::string& text) {
        return config::remove(text, {std::string(level)});
    });
    return 0;
}

int enable_redirect(const Instance& instance) {
    require_other_types(instance);
    set_level(instance, "enable-redirect");
    return 0;
}

/// The hash: and btree: tables of main.cf and master.cf.
std::set<std::string> berkeley_tables(const Instance& instance) {
    std::set<std::string> found;
    const auto search = [&](const std::string& value) {
        const auto expanded = instance.config().expand(value);
        if (!expanded) return;
        for (std::string_view word : split(*expanded, ", \t\r\n{}")) {
            for (std::string_view prefix : {"proxy:", "debug:"})
                if (word.starts_with(prefix)) word.remove_prefix(prefix.size());
            const auto parts = cut(word, ':');
            if (parts && is_berkeley(parts->first) && parts->second.starts_with('/'))
                found.emplace(word);
        }
    };
    for (const config::Setting& setting : instance.config().settings()) search(setting.value);
    for (const config::MasterEntry& entry : instance.services())
        for (const config::Override& override : entry.overrides) search(override.value);
    return found;
}

bool lies_below(const std::string& path, const std::vector<std::string>& prefixes) {
    return std::ranges::any_of(prefixes, [&](const std::string& prefix) {
        return path.starts_with(prefix.ends_with('/') ? prefix : prefix + "/");
    });
}

/// Why nobody should make a table from this file on his own; "" when nothing is wrong.
std::string objection(const Instance& instance, const std::string& path) {
    const auto old_file = status_of_path(path + ".db");
    if (!old_file) return old_file.error().text;
    const uid_t owner = (**old_file).st_uid;
    const char* parameter = owner == 0 ? "non_bdb_migration_allow_root_prefixes"
                                       : "non_bdb_migration_allow_user_prefixes";
    if (!lies_below(path, instance.config().list(parameter)))
        return fmt::format("it lies below none of the folders of {}", parameter);
    for (const std::string& file : {path, std::filesystem::path(path).parent_path().string()}) {
        const auto status = status_of_path(file);
        if (!status || !*status) return "there is no " + file;
        const bool is_foreign = (**status).st_uid != 0 && (**status).st_uid != owner;
        if (is_foreign || ((**status).st_mode & 022) != 0)
            return fmt::format("{} is owned or writable by another user", file);
    }
    return {};
}

bool is_alias_table(const Instance& instance, const std::string& name) {
    for (const char* parameter : {"alias_maps", "alias_database"}) {
        const auto tables = instance.config().list(parameter);
        if (std::ranges::find(tables, name) != tables.end()) return true;
    }
    return false;
}

/// Makes the table that takes the place of `name`, unless it is there, or nobody had the old one.
void make_table(const Instance& instance, table::Registry& registry, const std::string& name) {
    const auto target = registry.own_name(name);
    if (!target) instance.log().fatal("{}", target.error().text);
    const std::string path(cut(*target, ':')->second);
    if (const auto old_file = status_of_path(path + ".db"); old_file && !*old_file) return;
    if (registry.open(*target)) return;
    const std::string program = is_alias_table(instance, name) ? "postalias" : "postmap";
    if (const auto why = objection(instance, path); !why.empty())
        return instance.log().warning("could not execute command '{} {}': {}", program, *target, why);
    const auto done = service::run_program({instance.command(program), *target});
    if (!done || *done != 0)
        instance.log().warning("could not execute command '{} {}'", program, *target);
    else
        instance.log().info("successfully executed '{} {}'", program, *target);
}

void make_tables(const Instance& instance, const config::Config& config) {
    table::Registry registry(config, {});
    for (const std::string& name : berkeley_tables(instance)) make_table(instance, registry, name);
}

int enable_reindex(const Instance& instance) {
    require_other_types(instance);
    set_level(instance, std::string(reindexing));
    config::Source source;
    source.directory = instance.config().directory();
    source.process_name = "postfix";
    const auto now = config::Config::load(std::move(source));
    if (!now) instance.log().fatal("{}", now.error().text);
    make_tables(instance, *now);
    return 0;
}

struct Command {
    std::string_view name;
    int (*run)(const Instance&);
};

constexpr Command commands[] = {
    {"disable", disable},
    {"enable-redirect", enable_redirect},
    {reindexing, enable_reindex},
    {"status", status},
};

}  // namespace

void make_missing_tables(const Instance& instance) {
    if (instance[level] == reindexing) make_tables(instance, instance.config());
}

int non_bdb(const Instance& instance) {
    const auto& arguments = instance.options().arguments;
    const auto found = arguments.size() == 1
                           ? std::ranges::find(commands, arguments[0], &Command::name)
                           : std::end(commands);
    if (found == std::end(commands))
        instance.log().fatal("usage: postfix non-bdb disable (or enable-redirect, enable-reindex, "
                             "status)");
    return found->run(instance);
}

}  // namespace postern::postfix
