# lib/dns: DNS without blocking, on c-ares
# With the first source:
#   noinst_LIBRARIES += lib/dns/libpostern_dns.a
#   lib_dns_libpostern_dns_a_SOURCES = lib/dns/part.cc lib/dns/part.h
# and the archive as the first word of the line below.
POSTERN_DNS = $(CARES_LIBS) $(POSTERN_REPORT)
