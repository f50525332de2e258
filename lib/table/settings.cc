// What the table types take from main.cf.
#include "lib/table/registry.h"

namespace postern::table {

Settings Settings::from(const config::Config& config) {
    return {.berkeley_db_read_buffer_size = config.bytes("berkeley_db_read_buffer_size"),
            .berkeley_db_create_buffer_size = config.bytes("berkeley_db_create_buffer_size"),
            .lmdb_map_size = config.bytes("lmdb_map_size"),
            .socketmap_max_reply_size = config.bytes("socketmap_max_reply_size"),
            .socketmap_max_query_size = config.bytes("socketmap_max_query_size"),
            .smtputf8_enable = config.boolean("smtputf8_enable"),
            .migration = Migration(config)};
}

Registry::Registry(const config::Config& config, Surroundings surroundings)
    : Registry(Settings::from(config), std::move(surroundings)) {}

}  // namespace postern::table
