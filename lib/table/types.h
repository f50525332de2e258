// The table types, each in the file of its name. Their rows are in types.cc.
#pragma once

#include "lib/table/dictionary.h"

#include <span>

namespace postern::table {

struct Type {
    std::string_view name;
    Opener open;
    KeyKind key_kind;      ///< as far as the type alone says it
    const char* file_suffix;   ///< of the file that it reads; null when it reads none
};

/// All types, in the order of their names.
std::span<const Type> types();
/// Nothing when there is no such type.
const Type* find_type(std::string_view name);

OpenedDictionary open_btree(const Opening& opening);
OpenedDictionary open_cdb(const Opening& opening);
OpenedDictionary open_cidr(const Opening& opening);
OpenedDictionary open_debug(const Opening& opening);
OpenedDictionary open_environ(const Opening& opening);
OpenedDictionary open_fail(const Opening& opening);
OpenedDictionary open_hash(const Opening& opening);
OpenedDictionary open_inline(const Opening& opening);
OpenedDictionary open_internal(const Opening& opening);
OpenedDictionary open_lmdb(const Opening& opening);
OpenedDictionary open_pcre(const Opening& opening);
OpenedDictionary open_pipemap(const Opening& opening);
OpenedDictionary open_proxy(const Opening& opening);
OpenedDictionary open_randmap(const Opening& opening);
OpenedDictionary open_regexp(const Opening& opening);
OpenedDictionary open_socketmap(const Opening& opening);
OpenedDictionary open_static(const Opening& opening);
OpenedDictionary open_tcp(const Opening& opening);
OpenedDictionary open_texthash(const Opening& opening);
OpenedDictionary open_unionmap(const Opening& opening);
OpenedDictionary open_unix(const Opening& opening);

}  // namespace postern::table
