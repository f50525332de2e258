# Unit tests of tls
check_PROGRAMS += tests/unit/tls/tls_test
tests_unit_tls_tls_test_SOURCES = \
	tests/unit/fake_table.h \
	tests/unit/tls/authority.cc tests/unit/tls/authority.h \
	tests/unit/tls/cork_test.cc \
	tests/unit/tls/handshake_test.cc \
	tests/unit/tls/keys_test.cc \
	tests/unit/tls/lab.h \
	tests/unit/tls/log_level_test.cc \
	tests/unit/tls/notation_test.cc \
	tests/unit/tls/raw_keys_test.cc \
	tests/unit/tls/resumption_test.cc
tests_unit_tls_tls_test_LDADD = $(POSTERN_TLS) $(POSTERN_REPORT) $(POSTERN_TEST)
