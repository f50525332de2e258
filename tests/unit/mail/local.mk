check_PROGRAMS += tests/unit/mail/mail_test
tests_unit_mail_mail_test_SOURCES = tests/unit/mail/a_test.cc
tests_unit_mail_mail_test_LDADD = $(POSTERN_BASE) $(POSTERN_TEST)
