# tools/smtp_sink: with the first source:
#   sbin_PROGRAMS += tools/smtp_sink/smtp-sink
#   tools_smtp_sink_smtp_sink_SOURCES = tools/smtp_sink/main.cc
#   tools_smtp_sink_smtp_sink_LDADD = $(POSTERN_EVENT)
