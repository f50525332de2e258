// Tables of caches; see the header.
#include "lib/service/cache_file.h"

#include "lib/base/fd.h"
#include "lib/service/identity.h"
#include "lib/table/damage.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

namespace postern::service {

namespace {

constexpr std::pair<std::string_view, std::string_view> suffixes[] = {
    {"btree:", ".db"}, {"hash:", ".db"}, {"lmdb:", ".lmdb"}};

/// "": a type whose file we do not know.
std::string file_of(std::string_view name) {
    for (const auto& [type, suffix] : suffixes)
        if (name.starts_with(type)) return fmt::format("{}{}", name.substr(type.size()), suffix);
    return {};
}

bool can_be_opened(const std::string& file) {
    return !file.empty() && Fd(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

Result<std::unique_ptr<table::Store>> open_or_begin_anew(table::Registry& registry,
                                                         const std::string& name, Log log) {
    auto store = table::open_store(registry, name);
    if (store && !table::is_damaged(name)) return store;
    const std::string file = file_of(name);
    const std::string aside = file + ".damaged";
    if (!can_be_opened(file) || std::rename(file.c_str(), aside.c_str()) != 0) return store;
    log.warning("{}: damaged cache, which is {} now: we begin with an empty one",
                store ? "open database " + file : store.error().text, aside);
    return table::open_store(registry, name);
}

}  // namespace

std::unique_ptr<table::Store> open_cache(Daemon& daemon, table::Registry& registry,
                                         std::string_view parameter, const std::string& name) {
    std::optional<ActingAs> acting;
    if (::geteuid() == 0) {
        const auto owner = mail_owner(daemon.config());
        if (!owner) daemon.log().fatal("{}", owner.error().text);
        acting.emplace(*owner);
    }
    auto store = open_or_begin_anew(registry, name, daemon.log());
    acting.reset();
    if (!store) daemon.log().fatal("{}: {}", parameter, store.error().text);
    return std::move(*store);
}

}  // namespace postern::service
