# Unit tests of postlogd; with the first one:
#   check_PROGRAMS += tests/unit/postlogd/postlogd_test
#   tests_unit_postlogd_postlogd_test_SOURCES = tests/unit/postlogd/part_test.cc
#   tests_unit_postlogd_postlogd_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
