# Unit tests of pipe
check_PROGRAMS += tests/unit/pipe/pipe_test
tests_unit_pipe_pipe_test_SOURCES = \
	tests/unit/pipe/arguments_test.cc \
	tests/unit/pipe/attributes_test.cc
tests_unit_pipe_pipe_test_LDADD = services/pipe/libpipe.a $(POSTERN_DELIVERY) $(POSTERN_TEST)
