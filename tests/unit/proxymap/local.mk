# Unit tests of proxymap; with the first one:
#   check_PROGRAMS += tests/unit/proxymap/proxymap_test
#   tests_unit_proxymap_proxymap_test_SOURCES = tests/unit/proxymap/part_test.cc
#   tests_unit_proxymap_proxymap_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
