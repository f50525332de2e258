# Unit tests of base; with the first one:
#   check_PROGRAMS += tests/unit/base/base_test
#   tests_unit_base_base_test_SOURCES = tests/unit/base/part_test.cc
#   tests_unit_base_base_test_LDADD = $(POSTERN_BASE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
