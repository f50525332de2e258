# bounce: logs what became of recipients, and tells the senders
noinst_LIBRARIES += bounce/libbounce.a
bounce_libbounce_a_SOURCES = \
	bounce/log_entries.cc bounce/log_entries.h \
	bounce/notices.cc bounce/notices.h \
	bounce/notifier.cc bounce/notifier.h \
	bounce/original.cc bounce/original.h \
	bounce/report.cc bounce/report.h \
	bounce/settings.cc bounce/settings.h \
	bounce/templates.cc bounce/templates.h

daemon_PROGRAMS += bounce/bounce
bounce_bounce_SOURCES = bounce/main.cc
bounce_bounce_LDADD = bounce/libbounce.a $(POSTERN_SERVICE)

dist_man_MANS += doc/bounce.8 doc/bounce.5
