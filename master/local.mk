# master: starts the daemons when they are needed, and watches over them
daemon_PROGRAMS += master/master
master_master_SOURCES = master/main.cc
master_master_LDADD = master/libmaster.a $(POSTERN_SERVICE)

noinst_LIBRARIES += master/libmaster.a
master_libmaster_a_SOURCES = \
	master/background.cc master/background.h \
	master/child.cc master/child.h \
	master/command_line.cc master/command_line.h \
	master/endpoint.cc master/endpoint.h \
	master/lock.cc master/lock.h \
	master/options.cc master/options.h \
	master/plan.cc master/plan.h \
	master/service.cc master/service.h \
	master/share.cc master/share.h \
	master/supervisor.cc master/supervisor.h \
	master/systemd.cc master/systemd.h \
	master/wake_up.cc master/wake_up.h
dist_man_MANS += doc/master.8 doc/master.5
