# smtp-sink: takes messages over SMTP or LMTP, for measuring and testing clients
sbin_PROGRAMS += tools/smtp_sink/smtp-sink
tools_smtp_sink_smtp_sink_SOURCES = tools/smtp_sink/main.cc
tools_smtp_sink_smtp_sink_LDADD = tools/smtp_sink/libsmtp_sink.a $(POSTERN_SERVICE)

noinst_LIBRARIES += tools/smtp_sink/libsmtp_sink.a
tools_smtp_sink_libsmtp_sink_a_SOURCES = \
	tools/smtp_sink/behaviour.cc tools/smtp_sink/behaviour.h \
	tools/smtp_sink/dump.cc tools/smtp_sink/dump.h \
	tools/smtp_sink/options.cc tools/smtp_sink/options.h \
	tools/smtp_sink/server.cc tools/smtp_sink/server.h \
	tools/smtp_sink/session.cc tools/smtp_sink/session.h
dist_man_MANS += doc/smtp-sink.1
