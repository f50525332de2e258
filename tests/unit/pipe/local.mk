# Unit tests of pipe; with the first one:
#   check_PROGRAMS += tests/unit/pipe/pipe_test
#   tests_unit_pipe_pipe_test_SOURCES = tests/unit/pipe/part_test.cc
#   tests_unit_pipe_pipe_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
