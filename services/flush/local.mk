# services/flush: remembers which deferred messages wait for which site
noinst_LIBRARIES += services/flush/libflush.a
services_flush_libflush_a_SOURCES = \
	services/flush/flusher.cc services/flush/flusher.h \
	services/flush/site_logs.cc services/flush/site_logs.h

daemon_PROGRAMS += services/flush/flush
services_flush_flush_SOURCES = services/flush/main.cc
services_flush_flush_LDADD = services/flush/libflush.a $(POSTERN_SERVICE)

dist_man_MANS += doc/flush.8
