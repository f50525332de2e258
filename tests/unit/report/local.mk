# Unit tests of report; with the first one:
#   check_PROGRAMS += tests/unit/report/report_test
#   tests_unit_report_report_test_SOURCES = tests/unit/report/part_test.cc
#   tests_unit_report_report_test_LDADD = $(POSTERN_REPORT) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
