# services/tlsmgr: what TLS sessions share; all but main in an archive, for the tests
noinst_LIBRARIES += services/tlsmgr/libtlsmgr.a
services_tlsmgr_libtlsmgr_a_SOURCES = \
	services/tlsmgr/randomness.cc services/tlsmgr/randomness.h \
	services/tlsmgr/session_cache.cc services/tlsmgr/session_cache.h \
	services/tlsmgr/ticket_key_ring.cc services/tlsmgr/ticket_key_ring.h

daemon_PROGRAMS += services/tlsmgr/tlsmgr
services_tlsmgr_tlsmgr_SOURCES = services/tlsmgr/main.cc
services_tlsmgr_tlsmgr_LDADD = services/tlsmgr/libtlsmgr.a $(POSTERN_TLS) $(POSTERN_SERVICE)
dist_man_MANS += doc/tlsmgr.8
