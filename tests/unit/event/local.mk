# Unit tests of event; with the first one:
#   check_PROGRAMS += tests/unit/event/event_test
#   tests_unit_event_event_test_SOURCES = tests/unit/event/part_test.cc
#   tests_unit_event_event_test_LDADD = $(POSTERN_EVENT) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
