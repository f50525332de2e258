# Unit tests of qmgr; with the first one:
#   check_PROGRAMS += tests/unit/qmgr/qmgr_test
#   tests_unit_qmgr_qmgr_test_SOURCES = tests/unit/qmgr/part_test.cc
#   tests_unit_qmgr_qmgr_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
