check_PROGRAMS += tests/unit/event/event_test
tests_unit_event_event_test_SOURCES = tests/unit/event/a_test.cc
tests_unit_event_event_test_LDADD = $(POSTERN_BASE) $(POSTERN_TEST)
