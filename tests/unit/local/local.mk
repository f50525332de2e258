# Unit tests of local; with the first one:
#   check_PROGRAMS += tests/unit/local/local_test
#   tests_unit_local_local_test_SOURCES = tests/unit/local/part_test.cc
#   tests_unit_local_local_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
