# Unit tests of sasl
check_PROGRAMS += tests/unit/sasl/sasl_test
tests_unit_sasl_sasl_test_SOURCES = \
	tests/unit/sasl/dovecot_line_test.cc \
	tests/unit/sasl/dovecot_test.cc \
	tests/unit/sasl/mechanism_test.cc
tests_unit_sasl_sasl_test_LDADD = $(POSTERN_SASL) $(POSTERN_TEST)
