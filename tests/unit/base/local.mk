# Unit tests of base
check_PROGRAMS += tests/unit/base/base_test
tests_unit_base_base_test_SOURCES = \
	tests/unit/base/fake_clock.h \
	tests/unit/base/temporary_folder.h \
	tests/unit/base/clock_test.cc \
	tests/unit/base/fd_test.cc \
	tests/unit/base/log_frame_test.cc \
	tests/unit/base/log_sink_test.cc \
	tests/unit/base/log_test.cc \
	tests/unit/base/open_log_test.cc \
	tests/unit/base/pace_test.cc \
	tests/unit/base/result_test.cc \
	tests/unit/base/strings_test.cc \
	tests/unit/base/unsent_lines_test.cc
tests_unit_base_base_test_LDADD = $(POSTERN_BASE) $(POSTERN_TEST)
