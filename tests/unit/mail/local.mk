# Unit tests of mail
check_PROGRAMS += tests/unit/mail/mail_test
tests_unit_mail_mail_test_SOURCES = \
	tests/unit/mail/address_header_test.cc \
	tests/unit/mail/address_test.cc \
	tests/unit/mail/content_checks_test.cc \
	tests/unit/mail/domain_list_test.cc \
	tests/unit/mail/dsn_test.cc \
	tests/unit/mail/header_field_test.cc \
	tests/unit/mail/hostname_test.cc \
	tests/unit/mail/made_headers_test.cc \
	tests/unit/mail/mime_test.cc \
	tests/unit/mail/proxy_header_test.cc \
	tests/unit/mail/reply_test.cc \
	tests/unit/mail/smtp_path_test.cc \
	tests/unit/mail/status_code_test.cc
tests_unit_mail_mail_test_LDADD = $(POSTERN_MAIL) $(POSTERN_TEST)
