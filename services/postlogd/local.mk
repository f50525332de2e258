# services/postlogd: writes maillog_file
noinst_LIBRARIES += services/postlogd/libpostlogd.a
services_postlogd_libpostlogd_a_SOURCES = \
	services/postlogd/collector.cc services/postlogd/collector.h \
	services/postlogd/line_order.cc services/postlogd/line_order.h \
	services/postlogd/log_file.cc services/postlogd/log_file.h

daemon_PROGRAMS += services/postlogd/postlogd
services_postlogd_postlogd_SOURCES = services/postlogd/main.cc
services_postlogd_postlogd_LDADD = services/postlogd/libpostlogd.a $(POSTERN_SERVICE)
dist_man_MANS += doc/postlogd.8
