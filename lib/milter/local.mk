# lib/milter: the mail server's side of the milter protocol
POSTERN_MILTER = lib/milter/libpostern_milter.a $(POSTERN_REPORT)

noinst_LIBRARIES += lib/milter/libpostern_milter.a
lib_milter_libpostern_milter_a_SOURCES = \
	lib/milter/connection.cc lib/milter/connection.h \
	lib/milter/draft.cc lib/milter/draft.h \
	lib/milter/edits.h \
	lib/milter/event.cc lib/milter/event.h \
	lib/milter/macros.cc lib/milter/macros.h \
	lib/milter/milter.cc lib/milter/milter.h \
	lib/milter/milters.cc lib/milter/milters.h \
	lib/milter/protocol.cc lib/milter/protocol.h \
	lib/milter/settings.cc lib/milter/settings.h \
	lib/milter/verdict.cc lib/milter/verdict.h
