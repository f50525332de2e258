# lib/table: lookup tables, one file per type
POSTERN_TABLE = lib/table/libpostern_table.a $(DB_LIBS) $(LMDB_LIBS) $(CDB_LIBS) $(PCRE2_LIBS) \
	$(ICU_LIBS) $(POSTERN_CONFIG)

noinst_LIBRARIES += lib/table/libpostern_table.a
lib_table_libpostern_table_a_SOURCES = \
	lib/table/berkeley.cc lib/table/berkeley.h \
	lib/table/braces.cc lib/table/braces.h \
	lib/table/build_table.cc \
	lib/table/cdb.cc \
	lib/table/cdb_file.cc lib/table/cdb_file.h \
	lib/table/cdb_store.cc \
	lib/table/cidr.cc \
	lib/table/damage.cc lib/table/damage.h \
	lib/table/command_options.cc lib/table/command_options.h \
	lib/table/database_file.cc lib/table/database_file.h \
	lib/table/debug.cc \
	lib/table/dictionary.h \
	lib/table/environ.cc \
	lib/table/fail.cc \
	lib/table/fold.cc lib/table/fold.h \
	lib/table/hash.cc \
	lib/table/hash_store.cc \
	lib/table/host_list.cc lib/table/host_list.h \
	lib/table/inline.cc \
	lib/table/internal.cc \
	lib/table/internal_store.cc \
	lib/table/list_pattern.cc lib/table/list_pattern.h \
	lib/table/lmdb.cc \
	lib/table/lmdb_store.cc \
	lib/table/lmdb_file.cc lib/table/lmdb_file.h \
	lib/table/maintenance.cc lib/table/maintenance.h \
	lib/table/maps.cc \
	lib/table/memory_table.cc lib/table/memory_table.h \
	lib/table/migration.cc lib/table/migration.h \
	lib/table/network.cc lib/table/network.h \
	lib/table/network_table.cc lib/table/network_table.h \
	lib/table/nul.cc lib/table/nul.h \
	lib/table/open_table.cc lib/table/open_table.h \
	lib/table/pcre.cc \
	lib/table/pipemap.cc \
	lib/table/proxy.cc lib/table/proxy_backend.h \
	lib/table/randmap.cc \
	lib/table/regex_table.cc lib/table/regex_table.h \
	lib/table/regexp.cc \
	lib/table/registry.cc lib/table/registry.h \
	lib/table/replaced_file.cc lib/table/replaced_file.h \
	lib/table/replacement.cc lib/table/replacement.h \
	lib/table/rule_file.cc lib/table/rule_file.h \
	lib/table/rule_list.h \
	lib/table/rule_table.h \
	lib/table/settings.cc \
	lib/table/socketmap.cc \
	lib/table/source_file.cc lib/table/source_file.h \
	lib/table/static.cc \
	lib/table/store.cc lib/table/store.h \
	lib/table/store_types.h \
	lib/table/table.h \
	lib/table/table_file.cc lib/table/table_file.h \
	lib/table/table_list.cc lib/table/table_list.h \
	lib/table/tcp.cc \
	lib/table/texthash.cc \
	lib/table/types.cc lib/table/types.h \
	lib/table/unionmap.cc \
	lib/table/unix.cc \
	lib/table/walk_cursor.h
