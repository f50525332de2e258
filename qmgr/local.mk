# qmgr: keeps the queue, and schedules deliveries
noinst_LIBRARIES += qmgr/libqmgr.a
qmgr_libqmgr_a_SOURCES = \
	qmgr/active_queue.cc qmgr/active_queue.h \
	qmgr/message.cc qmgr/message.h \
	qmgr/reports.cc qmgr/reports.h \
	qmgr/scheduler.cc qmgr/scheduler.h \
	qmgr/settings.cc qmgr/settings.h \
	qmgr/window.cc qmgr/window.h

daemon_PROGRAMS += qmgr/qmgr
qmgr_qmgr_SOURCES = qmgr/main.cc
qmgr_qmgr_LDADD = qmgr/libqmgr.a $(POSTERN_SERVICE)
