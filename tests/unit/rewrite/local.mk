# Unit tests of rewrite; with the first one:
#   check_PROGRAMS += tests/unit/rewrite/rewrite_test
#   tests_unit_rewrite_rewrite_test_SOURCES = tests/unit/rewrite/part_test.cc
#   tests_unit_rewrite_rewrite_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
