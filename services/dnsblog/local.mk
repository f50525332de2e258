# services/dnsblog: DNS lists for postscreen
noinst_LIBRARIES += services/dnsblog/libdnsblog.a
services_dnsblog_libdnsblog_a_SOURCES = \
	services/dnsblog/list_lookup.cc services/dnsblog/list_lookup.h
daemon_PROGRAMS += services/dnsblog/dnsblog
services_dnsblog_dnsblog_SOURCES = services/dnsblog/main.cc
services_dnsblog_dnsblog_LDADD = services/dnsblog/libdnsblog.a $(POSTERN_SERVICE)
dist_man_MANS += doc/dnsblog.8
