// proxy:type:name: a table that proxymap(8) has opened for all.
#include "lib/table/registry.h"
#include "lib/table/types.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

class ProxyDictionary final : public Dictionary {
public:
    ProxyDictionary(ProxyBackend& backend, std::string table, const OpenOptions& options)
        : backend_(backend),
          table_(std::move(table)),
          options_(options),
          kind_(Registry::key_kind_of(table_)) {}

    Answer<Found> find(std::string_view key) override {
        return backend_.find(table_, options_, key);
    }
    KeyKind key_kind() const override { return kind_; }
    bool folds_keys() const override { return false; }
    /// What proxymap says is not to be trusted for commands and files (proxymap(8), SECURITY).
    uid_t owner() const override { return static_cast<uid_t>(-1); }

private:
    ProxyBackend& backend_;
    const std::string table_;
    const OpenOptions options_;
    const KeyKind kind_;
};

}  // namespace

OpenedDictionary open_proxy(const Opening& opening) {
    if (!Registry::is_table_name(opening.name))
        return permanent(fmt::format(
            "open dictionary: expecting \"type:name\" form instead of \"{}\"", opening.name));
    ProxyBackend* backend = opening.registry.surroundings().proxy;
    if (!backend) return permanent("this program has no access to the proxymap service");
    return std::make_unique<ProxyDictionary>(*backend, opening.name, opening.options);
}

}  // namespace postern::table
