# qmqpd: accepts mail by QMQP
noinst_LIBRARIES += services/qmqpd/libqmqpd.a
services_qmqpd_libqmqpd_a_SOURCES = \
	services/qmqpd/envelope.cc services/qmqpd/envelope.h \
	services/qmqpd/message.cc services/qmqpd/message.h \
	services/qmqpd/session.cc services/qmqpd/session.h \
	services/qmqpd/settings.cc services/qmqpd/settings.h

daemon_PROGRAMS += services/qmqpd/qmqpd
services_qmqpd_qmqpd_SOURCES = services/qmqpd/main.cc
services_qmqpd_qmqpd_LDADD = services/qmqpd/libqmqpd.a $(POSTERN_SERVICE)
dist_man_MANS += doc/qmqpd.8
