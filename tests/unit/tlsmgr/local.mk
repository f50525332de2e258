# Unit tests of tlsmgr; with the first one:
#   check_PROGRAMS += tests/unit/tlsmgr/tlsmgr_test
#   tests_unit_tlsmgr_tlsmgr_test_SOURCES = tests/unit/tlsmgr/part_test.cc
#   tests_unit_tlsmgr_tlsmgr_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
