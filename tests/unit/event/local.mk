# Unit tests of event
check_PROGRAMS += tests/unit/event/event_test
tests_unit_event_event_test_SOURCES = \
	tests/unit/event/pair.h \
	tests/unit/event/condition_test.cc \
	tests/unit/event/crowd_test.cc \
	tests/unit/event/file_sync_test.cc \
	tests/unit/event/group_test.cc \
	tests/unit/event/loop_test.cc \
	tests/unit/event/pool_test.cc \
	tests/unit/event/socket_test.cc \
	tests/unit/event/stream_test.cc \
	tests/unit/event/task_test.cc \
	tests/unit/event/timers_test.cc \
	tests/unit/event/watchdog_test.cc
tests_unit_event_event_test_LDADD = $(POSTERN_EVENT) $(POSTERN_TEST)
