# Unit tests of error; with the first one:
#   check_PROGRAMS += tests/unit/error/error_test
#   tests_unit_error_error_test_SOURCES = tests/unit/error/part_test.cc
#   tests_unit_error_error_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
