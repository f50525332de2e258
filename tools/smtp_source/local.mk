# smtp-source: sends messages over SMTP or LMTP, for measuring and testing servers
sbin_PROGRAMS += tools/smtp_source/smtp-source
tools_smtp_source_smtp_source_SOURCES = tools/smtp_source/main.cc
tools_smtp_source_smtp_source_LDADD = tools/smtp_source/libsmtp_source.a $(POSTERN_SERVICE)

noinst_LIBRARIES += tools/smtp_source/libsmtp_source.a
tools_smtp_source_libsmtp_source_a_SOURCES = \
	tools/smtp_source/content.cc tools/smtp_source/content.h \
	tools/smtp_source/options.cc tools/smtp_source/options.h \
	tools/smtp_source/session.cc tools/smtp_source/session.h \
	tools/smtp_source/work.cc tools/smtp_source/work.h
dist_man_MANS += doc/smtp-source.1
