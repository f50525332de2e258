# lib/table: lookup tables, one file per type
# With the first source:
#   noinst_LIBRARIES += lib/table/libpostern_table.a
#   lib_table_libpostern_table_a_SOURCES = lib/table/part.cc lib/table/part.h
# and the archive as the first word of the line below.
POSTERN_TABLE = $(DB_LIBS) $(LMDB_LIBS) $(CDB_LIBS) $(PCRE2_LIBS) $(POSTERN_CONFIG)
