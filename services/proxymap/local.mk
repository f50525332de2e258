# proxymap: tables for other processes
noinst_LIBRARIES += services/proxymap/libpostern_proxymap.a
services_proxymap_libpostern_proxymap_a_SOURCES = \
	services/proxymap/approved_tables.cc services/proxymap/approved_tables.h \
	services/proxymap/table_service.cc services/proxymap/table_service.h

daemon_PROGRAMS += services/proxymap/proxymap
services_proxymap_proxymap_SOURCES = services/proxymap/main.cc
services_proxymap_proxymap_LDADD = services/proxymap/libpostern_proxymap.a $(POSTERN_SERVICE)
dist_man_MANS += doc/proxymap.8
