# Unit tests of discard; with the first one:
#   check_PROGRAMS += tests/unit/discard/discard_test
#   tests_unit_discard_discard_test_SOURCES = tests/unit/discard/part_test.cc
#   tests_unit_discard_discard_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
