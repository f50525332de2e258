# Unit tests of flush; with the first one:
#   check_PROGRAMS += tests/unit/flush/flush_test
#   tests_unit_flush_flush_test_SOURCES = tests/unit/flush/part_test.cc
#   tests_unit_flush_flush_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
