# qmqp-sink: takes messages by QMQP and throws them away, for measuring and testing clients
sbin_PROGRAMS += tools/qmqp_sink/qmqp-sink
tools_qmqp_sink_qmqp_sink_SOURCES = \
	tools/qmqp_sink/main.cc \
	tools/qmqp_sink/options.cc tools/qmqp_sink/options.h \
	tools/qmqp_sink/server.cc tools/qmqp_sink/server.h
tools_qmqp_sink_qmqp_sink_LDADD = $(POSTERN_SERVICE)
dist_man_MANS += doc/qmqp-sink.1
