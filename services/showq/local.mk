# services/showq: lists the queue to whoever connects
daemon_PROGRAMS += services/showq/showq
services_showq_showq_SOURCES = services/showq/main.cc
services_showq_showq_LDADD = $(POSTERN_SERVICE)

dist_man_MANS += doc/showq.8
