# services/verify: knowledge of the deliverability of addresses
daemon_PROGRAMS += services/verify/verify
services_verify_verify_SOURCES = \
	services/verify/address_cache.cc services/verify/address_cache.h \
	services/verify/main.cc
services_verify_verify_LDADD = $(POSTERN_SERVICE)
