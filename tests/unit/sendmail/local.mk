# Unit tests of sendmail; with the first one:
#   check_PROGRAMS += tests/unit/sendmail/sendmail_test
#   tests_unit_sendmail_sendmail_test_SOURCES = tests/unit/sendmail/part_test.cc
#   tests_unit_sendmail_sendmail_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
