# lib/base: strings, time, files, unique ids, Result<T>
POSTERN_BASE = lib/base/libpostern_base.a $(FMT_LIBS)

noinst_LIBRARIES += lib/base/libpostern_base.a
lib_base_libpostern_base_a_SOURCES = \
	lib/base/clock.cc lib/base/clock.h \
	lib/base/fd.cc lib/base/fd.h \
	lib/base/result.cc lib/base/result.h \
	lib/base/strings.cc lib/base/strings.h
