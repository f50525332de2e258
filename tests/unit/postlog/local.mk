# Unit tests of postlog; with the first one:
#   check_PROGRAMS += tests/unit/postlog/postlog_test
#   tests_unit_postlog_postlog_test_SOURCES = tests/unit/postlog/part_test.cc
#   tests_unit_postlog_postlog_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
