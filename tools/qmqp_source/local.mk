# qmqp-source: sends messages by QMQP, for measuring and testing servers
sbin_PROGRAMS += tools/qmqp_source/qmqp-source
tools_qmqp_source_qmqp_source_SOURCES = \
	tools/qmqp_source/main.cc \
	tools/qmqp_source/options.cc tools/qmqp_source/options.h \
	tools/qmqp_source/sender.cc tools/qmqp_source/sender.h
tools_qmqp_source_qmqp_source_LDADD = $(POSTERN_SERVICE)
dist_man_MANS += doc/qmqp-source.1
