# Unit tests of postmap; with the first one:
#   check_PROGRAMS += tests/unit/postmap/postmap_test
#   tests_unit_postmap_postmap_test_SOURCES = tests/unit/postmap/part_test.cc
#   tests_unit_postmap_postmap_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
