# Unit tests of lib/nexthop
check_PROGRAMS += tests/unit/nexthop/nexthop_test
tests_unit_nexthop_nexthop_test_SOURCES = \
	tests/unit/collected_lines.h \
	tests/unit/fake_resolver.h \
	tests/unit/nexthop/dane_test.cc \
	tests/unit/nexthop/mail_exchangers_test.cc
tests_unit_nexthop_nexthop_test_LDADD = $(POSTERN_NEXTHOP) $(POSTERN_TLS) $(POSTERN_DNS) $(POSTERN_TEST)
