# Unit tests of postmulti; with the first one:
#   check_PROGRAMS += tests/unit/postmulti/postmulti_test
#   tests_unit_postmulti_postmulti_test_SOURCES = tests/unit/postmulti/part_test.cc
#   tests_unit_postmulti_postmulti_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
