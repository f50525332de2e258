// The types that can be written, each in the file of its name. Their rows are in store.cc.
#pragma once

#include "lib/table/store.h"

namespace postern::table {

struct StoreOpening {
    std::string name;   ///< what follows "type:"
    const StoreOptions& options;
    Registry& registry;
};

using OpenedStore = Result<std::unique_ptr<Store>>;
using BegunTable = Result<std::unique_ptr<TableMaker>>;

OpenedStore open_hash_store(const StoreOpening& opening);
OpenedStore open_btree_store(const StoreOpening& opening);
OpenedStore open_lmdb_store(const StoreOpening& opening);
OpenedStore open_internal_store(const StoreOpening& opening);
OpenedStore open_fail_store(const StoreOpening& opening);

BegunTable make_hash(const StoreOpening& opening);
BegunTable make_btree(const StoreOpening& opening);
BegunTable make_lmdb(const StoreOpening& opening);
BegunTable make_cdb(const StoreOpening& opening);
BegunTable make_fail(const StoreOpening& opening);

/// Keys and values as a new entry has them in the file.
inline std::string with_nul_if(std::string_view text, bool wanted) {
    std::string result(text);
    if (wanted) result += '\0';
    return result;
}

}  // namespace postern::table
