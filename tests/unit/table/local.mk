# Unit tests of table
check_PROGRAMS += tests/unit/table/table_test
tests_unit_table_table_test_SOURCES = \
	tests/unit/table/all_types_test.cc \
	tests/unit/table/fixtures.h \
	tests/unit/table/host_list_test.cc \
	tests/unit/table/network_table_test.cc \
	tests/unit/table/pattern_test.cc \
	tests/unit/table/registry_test.cc \
	tests/unit/table/source_file_test.cc \
	tests/unit/table/store_test.cc
tests_unit_table_table_test_LDADD = $(POSTERN_TABLE) $(POSTERN_TEST)
