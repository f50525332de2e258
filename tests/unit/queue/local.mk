# Unit tests of queue; with the first one:
#   check_PROGRAMS += tests/unit/queue/queue_test
#   tests_unit_queue_queue_test_SOURCES = tests/unit/queue/part_test.cc
#   tests_unit_queue_queue_test_LDADD = $(POSTERN_QUEUE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
