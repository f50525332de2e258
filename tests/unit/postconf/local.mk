# Unit tests of postconf; with the first one:
#   check_PROGRAMS += tests/unit/postconf/postconf_test
#   tests_unit_postconf_postconf_test_SOURCES = tests/unit/postconf/part_test.cc
#   tests_unit_postconf_postconf_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
