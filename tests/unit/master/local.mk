# Unit tests of master; with the first one:
#   check_PROGRAMS += tests/unit/master/master_test
#   tests_unit_master_master_test_SOURCES = tests/unit/master/part_test.cc
#   tests_unit_master_master_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
