# services/tlsproxy: TLS with clients, for other daemons
noinst_LIBRARIES += services/tlsproxy/libtlsproxy.a
services_tlsproxy_libtlsproxy_a_SOURCES = \
	services/tlsproxy/relay.cc services/tlsproxy/relay.h \
	services/tlsproxy/server.cc services/tlsproxy/server.h
daemon_PROGRAMS += services/tlsproxy/tlsproxy
services_tlsproxy_tlsproxy_SOURCES = services/tlsproxy/main.cc
services_tlsproxy_tlsproxy_LDADD = services/tlsproxy/libtlsproxy.a $(POSTERN_TLS) $(POSTERN_SERVICE)
dist_man_MANS += doc/tlsproxy.8
