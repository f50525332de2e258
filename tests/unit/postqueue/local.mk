# Unit tests of postqueue; with the first one:
#   check_PROGRAMS += tests/unit/postqueue/postqueue_test
#   tests_unit_postqueue_postqueue_test_SOURCES = tests/unit/postqueue/part_test.cc
#   tests_unit_postqueue_postqueue_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
