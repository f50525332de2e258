# qmgr: keeps the queue, and schedules deliveries
noinst_LIBRARIES += qmgr/libqmgr.a
qmgr_libqmgr_a_SOURCES = \
	qmgr/active_queue.cc qmgr/active_queue.h \
	qmgr/batches.h \
	qmgr/clog_warning.cc qmgr/clog_warning.h \
	qmgr/job_list.cc qmgr/job_list.h \
	qmgr/mark_sync.cc qmgr/mark_sync.h \
	qmgr/message.cc qmgr/message.h \
	qmgr/message_deliveries.cc \
	qmgr/office.h \
	qmgr/outcomes.cc qmgr/outcomes.h \
	qmgr/reports.cc qmgr/reports.h \
	qmgr/routing.cc qmgr/routing.h \
	qmgr/scheduler.cc qmgr/scheduler.h \
	qmgr/settings.cc qmgr/settings.h \
	qmgr/window.cc qmgr/window.h

daemon_PROGRAMS += qmgr/qmgr
qmgr_qmgr_SOURCES = qmgr/main.cc
qmgr_qmgr_LDADD = qmgr/libqmgr.a $(POSTERN_SERVICE)

dist_man_MANS += doc/qmgr.8
