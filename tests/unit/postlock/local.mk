# Unit tests of postlock; with the first one:
#   check_PROGRAMS += tests/unit/postlock/postlock_test
#   tests_unit_postlock_postlock_test_SOURCES = tests/unit/postlock/part_test.cc
#   tests_unit_postlock_postlock_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
