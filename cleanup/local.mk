# cleanup: completes messages and puts them into the incoming queue
noinst_LIBRARIES += cleanup/libcleanup.a
cleanup_libcleanup_a_SOURCES = \
	cleanup/address_rules.cc cleanup/address_rules.h \
	cleanup/content.cc cleanup/content.h \
	cleanup/content_file.cc cleanup/content_file.h \
	cleanup/draft.cc cleanup/draft.h \
	cleanup/editing.cc cleanup/editing.h \
	cleanup/envelope_writer.cc cleanup/envelope_writer.h \
	cleanup/fate.cc cleanup/fate.h \
	cleanup/header.cc cleanup/header.h \
	cleanup/inspection.cc cleanup/inspection.h \
	cleanup/intake.cc cleanup/intake.h \
	cleanup/masquerade.cc cleanup/masquerade.h \
	cleanup/message.cc cleanup/message.h \
	cleanup/milter_turn.cc cleanup/milter_turn.h \
	cleanup/notifier.cc cleanup/notifier.h \
	cleanup/origin.cc cleanup/origin.h \
	cleanup/own_milters.cc cleanup/own_milters.h \
	cleanup/recipients.cc cleanup/recipients.h \
	cleanup/settings.cc cleanup/settings.h \
	cleanup/workshop.h

daemon_PROGRAMS += cleanup/cleanup
cleanup_cleanup_SOURCES = cleanup/main.cc
cleanup_cleanup_LDADD = cleanup/libcleanup.a $(POSTERN_MILTER) $(POSTERN_SERVICE)

dist_man_MANS += doc/cleanup.8 doc/header_checks.5 doc/canonical.5 doc/generic.5 doc/virtual.5
