# services/verify: knowledge of the deliverability of addresses
noinst_LIBRARIES += services/verify/libverify.a
services_verify_libverify_a_SOURCES = \
	services/verify/address_cache.cc services/verify/address_cache.h \
	services/verify/address_record.cc services/verify/address_record.h \
	services/verify/prober.cc services/verify/prober.h

daemon_PROGRAMS += services/verify/verify
services_verify_verify_SOURCES = services/verify/main.cc
services_verify_verify_LDADD = services/verify/libverify.a $(POSTERN_SERVICE)

dist_man_MANS += doc/verify.8
