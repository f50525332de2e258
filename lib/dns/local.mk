# lib/dns: DNS without blocking, on c-ares; the system's name services in threads
POSTERN_DNS = lib/dns/libpostern_dns.a $(CARES_LIBS) $(POSTERN_REPORT)

noinst_LIBRARIES += lib/dns/libpostern_dns.a
lib_dns_libpostern_dns_a_SOURCES = \
	lib/dns/address_pattern.cc lib/dns/address_pattern.h \
	lib/dns/filtered_resolver.cc lib/dns/filtered_resolver.h \
	lib/dns/host.cc lib/dns/host.h \
	lib/dns/message.cc lib/dns/message.h \
	lib/dns/name_servers.cc lib/dns/name_servers.h \
	lib/dns/probing_resolver.cc lib/dns/probing_resolver.h \
	lib/dns/record.cc lib/dns/record.h \
	lib/dns/resolv_conf.cc lib/dns/resolv_conf.h \
	lib/dns/resolver.cc lib/dns/resolver.h
