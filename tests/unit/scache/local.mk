# Unit tests of scache; with the first one:
#   check_PROGRAMS += tests/unit/scache/scache_test
#   tests_unit_scache_scache_test_SOURCES = tests/unit/scache/part_test.cc
#   tests_unit_scache_scache_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
