check_PROGRAMS += tests/unit/base/base_test
tests_unit_base_base_test_SOURCES = tests/unit/base/a_test.cc
tests_unit_base_base_test_LDADD = $(POSTERN_BASE) $(POSTERN_TEST)
