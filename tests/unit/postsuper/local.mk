# Unit tests of postsuper; with the first one:
#   check_PROGRAMS += tests/unit/postsuper/postsuper_test
#   tests_unit_postsuper_postsuper_test_SOURCES = tests/unit/postsuper/part_test.cc
#   tests_unit_postsuper_postsuper_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
