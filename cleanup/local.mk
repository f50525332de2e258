# cleanup: completes messages and puts them into the incoming queue
noinst_LIBRARIES += cleanup/libcleanup.a
cleanup_libcleanup_a_SOURCES = \
	cleanup/address_rules.cc cleanup/address_rules.h \
	cleanup/draft.cc cleanup/draft.h \
	cleanup/header.cc cleanup/header.h \
	cleanup/intake.cc cleanup/intake.h \
	cleanup/message.cc cleanup/message.h \
	cleanup/notifier.cc cleanup/notifier.h \
	cleanup/settings.cc cleanup/settings.h

daemon_PROGRAMS += cleanup/cleanup
cleanup_cleanup_SOURCES = cleanup/main.cc
cleanup_cleanup_LDADD = cleanup/libcleanup.a $(POSTERN_SERVICE)
