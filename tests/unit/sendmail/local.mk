# Unit tests of sendmail
check_PROGRAMS += tests/unit/sendmail/sendmail_test
tests_unit_sendmail_sendmail_test_SOURCES = tests/unit/sendmail/message_test.cc
tests_unit_sendmail_sendmail_test_LDADD = tools/sendmail/libsendmail.a $(POSTERN_SERVICE) $(POSTERN_TEST)
