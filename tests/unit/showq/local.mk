# Unit tests of showq; with the first one:
#   check_PROGRAMS += tests/unit/showq/showq_test
#   tests_unit_showq_showq_test_SOURCES = tests/unit/showq/part_test.cc
#   tests_unit_showq_showq_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
