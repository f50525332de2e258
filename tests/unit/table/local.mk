# Unit tests of table; with the first one:
#   check_PROGRAMS += tests/unit/table/table_test
#   tests_unit_table_table_test_SOURCES = tests/unit/table/part_test.cc
#   tests_unit_table_table_test_LDADD = $(POSTERN_TABLE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
