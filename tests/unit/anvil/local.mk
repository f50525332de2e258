# Unit tests of anvil; with the first one:
#   check_PROGRAMS += tests/unit/anvil/anvil_test
#   tests_unit_anvil_anvil_test_SOURCES = tests/unit/anvil/part_test.cc
#   tests_unit_anvil_anvil_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
