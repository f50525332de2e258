# Unit tests of smtpd; with the first one:
#   check_PROGRAMS += tests/unit/smtpd/smtpd_test
#   tests_unit_smtpd_smtpd_test_SOURCES = tests/unit/smtpd/part_test.cc
#   tests_unit_smtpd_smtpd_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
