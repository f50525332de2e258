# Unit tests of postdrop; with the first one:
#   check_PROGRAMS += tests/unit/postdrop/postdrop_test
#   tests_unit_postdrop_postdrop_test_SOURCES = tests/unit/postdrop/part_test.cc
#   tests_unit_postdrop_postdrop_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
