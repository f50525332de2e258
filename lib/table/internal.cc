// internal:anything: a table in this process's memory, which only a Store of the same name fills;
// opened for lookup it is empty.
#include "lib/table/memory_table.h"
#include "lib/table/types.h"

namespace postern::table {

OpenedDictionary open_internal(const Opening&) { return memory_dictionary({}); }

}  // namespace postern::table
