# pickup: takes what lies in maildrop/ to cleanup
noinst_LIBRARIES += services/pickup/libpickup.a
services_pickup_libpickup_a_SOURCES = \
	services/pickup/collector.cc services/pickup/collector.h \
	services/pickup/submitted_file.cc services/pickup/submitted_file.h

daemon_PROGRAMS += services/pickup/pickup
services_pickup_pickup_SOURCES = services/pickup/main.cc
services_pickup_pickup_LDADD = services/pickup/libpickup.a $(POSTERN_SERVICE)
dist_man_MANS += doc/pickup.8
