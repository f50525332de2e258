# Unit tests of postfix; with the first one:
#   check_PROGRAMS += tests/unit/postfix/postfix_test
#   tests_unit_postfix_postfix_test_SOURCES = tests/unit/postfix/part_test.cc
#   tests_unit_postfix_postfix_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
