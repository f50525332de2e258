# Unit tests of smtpd
check_PROGRAMS += tests/unit/smtpd/smtpd_test
tests_unit_smtpd_smtpd_test_SOURCES = \
	tests/unit/smtpd/access_lookup_test.cc \
	tests/unit/smtpd/chunk_scanner_test.cc \
	tests/unit/smtpd/data_scanner_test.cc \
	tests/unit/smtpd/dns_list_test.cc \
	tests/unit/smtpd/domain_lookup_test.cc \
	tests/unit/smtpd/fake_dns.h \
	tests/unit/smtpd/policy_service_test.cc \
	tests/unit/smtpd/proxied_mail_test.cc \
	tests/unit/smtpd/replies_test.cc
tests_unit_smtpd_smtpd_test_LDADD = smtpd/libsmtpd.a $(POSTERN_TLS) $(POSTERN_SASL) $(POSTERN_MILTER) $(POSTERN_SERVICE) $(POSTERN_TEST)
