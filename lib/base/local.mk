# lib/base: strings, time, files, the log, Result<T>
POSTERN_BASE = lib/base/libpostern_base.a $(FMT_LIBS)

noinst_LIBRARIES += lib/base/libpostern_base.a
lib_base_libpostern_base_a_SOURCES = \
	lib/base/base64.cc lib/base/base64.h \
	lib/base/clock.cc lib/base/clock.h \
	lib/base/escapes.cc lib/base/escapes.h \
	lib/base/fd.cc lib/base/fd.h \
	lib/base/log.cc lib/base/log.h \
	lib/base/log_frame.cc lib/base/log_frame.h \
	lib/base/log_sink.cc lib/base/log_sink.h \
	lib/base/memory_file.cc lib/base/memory_file.h \
	lib/base/open_log.cc lib/base/open_log.h \
	lib/base/pace.h \
	lib/base/result.cc lib/base/result.h \
	lib/base/spelling.cc lib/base/spelling.h \
	lib/base/strings.cc lib/base/strings.h \
	lib/base/unsent_lines.cc lib/base/unsent_lines.h
