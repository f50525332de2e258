# services/scache: how kept connections are used
noinst_LIBRARIES += services/scache/libscache.a
services_scache_libscache_a_SOURCES = services/scache/statistics.cc services/scache/statistics.h
daemon_PROGRAMS += services/scache/scache
services_scache_scache_SOURCES = services/scache/main.cc
services_scache_scache_LDADD = services/scache/libscache.a $(POSTERN_SERVICE)

dist_man_MANS += doc/scache.8
