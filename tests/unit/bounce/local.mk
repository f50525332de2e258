# Unit tests of bounce; with the first one:
#   check_PROGRAMS += tests/unit/bounce/bounce_test
#   tests_unit_bounce_bounce_test_SOURCES = tests/unit/bounce/part_test.cc
#   tests_unit_bounce_bounce_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
