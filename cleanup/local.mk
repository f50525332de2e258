# cleanup: completes messages and puts them into the incoming queue
daemon_PROGRAMS += cleanup/cleanup
cleanup_cleanup_SOURCES = \
	cleanup/address_rules.cc cleanup/address_rules.h \
	cleanup/draft.cc cleanup/draft.h \
	cleanup/header.cc cleanup/header.h \
	cleanup/intake.cc cleanup/intake.h \
	cleanup/main.cc \
	cleanup/message.cc cleanup/message.h \
	cleanup/notifier.cc cleanup/notifier.h \
	cleanup/settings.cc cleanup/settings.h
cleanup_cleanup_LDADD = $(POSTERN_SERVICE)
