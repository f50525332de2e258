# Unit tests of mail; with the first one:
#   check_PROGRAMS += tests/unit/mail/mail_test
#   tests_unit_mail_mail_test_SOURCES = tests/unit/mail/part_test.cc
#   tests_unit_mail_mail_test_LDADD = $(POSTERN_MAIL) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
