# qmgr: keeps the queue, and schedules deliveries
daemon_PROGRAMS += qmgr/qmgr
qmgr_qmgr_SOURCES = \
	qmgr/active_queue.cc qmgr/active_queue.h \
	qmgr/main.cc \
	qmgr/message.cc qmgr/message.h \
	qmgr/reports.cc qmgr/reports.h \
	qmgr/scheduler.cc qmgr/scheduler.h \
	qmgr/settings.cc qmgr/settings.h \
	qmgr/window.cc qmgr/window.h
qmgr_qmgr_LDADD = $(POSTERN_SERVICE)
