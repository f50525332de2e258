# Unit tests of cleanup; with the first one:
#   check_PROGRAMS += tests/unit/cleanup/cleanup_test
#   tests_unit_cleanup_cleanup_test_SOURCES = tests/unit/cleanup/part_test.cc
#   tests_unit_cleanup_cleanup_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
