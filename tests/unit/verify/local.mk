# Unit tests of verify; with the first one:
#   check_PROGRAMS += tests/unit/verify/verify_test
#   tests_unit_verify_verify_test_SOURCES = tests/unit/verify/part_test.cc
#   tests_unit_verify_verify_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
