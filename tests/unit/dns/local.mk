# Unit tests of dns
check_PROGRAMS += tests/unit/dns/dns_test
tests_unit_dns_dns_test_SOURCES = \
	tests/unit/dns/address_pattern_test.cc \
	tests/unit/dns/host_test.cc \
	tests/unit/dns/message_test.cc \
	tests/unit/dns/name_servers_test.cc \
	tests/unit/dns/probing_resolver_test.cc \
	tests/unit/dns/resolv_conf_test.cc \
	tests/unit/dns/zone.h
tests_unit_dns_dns_test_LDADD = $(POSTERN_DNS) $(POSTERN_TEST)
