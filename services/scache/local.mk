# services/scache
daemon_PROGRAMS += services/scache/scache
services_scache_scache_SOURCES = services/scache/main.cc
services_scache_scache_LDADD = $(POSTERN_SERVICE)

dist_man_MANS += doc/scache.8
