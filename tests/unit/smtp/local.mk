# Unit tests of smtp
check_PROGRAMS += tests/unit/smtp/smtp_test
tests_unit_smtp_smtp_test_SOURCES = \
	tests/unit/fake_resolver.h \
	tests/unit/fake_table.h \
	tests/unit/smtp/content_test.cc \
	tests/unit/smtp/dialogue_test.cc \
	tests/unit/smtp/fake_server.h \
	tests/unit/smtp/kept_sessions_test.cc \
	tests/unit/smtp/lab.h \
	tests/unit/smtp/refused_logins_test.cc \
	tests/unit/smtp/require_tls_test.cc \
	tests/unit/smtp/routing_test.cc \
	tests/unit/smtp/tls_event_test.cc \
	tests/unit/smtp/tls_policy_test.cc
tests_unit_smtp_smtp_test_LDADD = smtp/libsmtp.a $(POSTERN_NEXTHOP) $(POSTERN_TLS) $(POSTERN_SASL) $(POSTERN_DELIVERY) $(POSTERN_TEST)
