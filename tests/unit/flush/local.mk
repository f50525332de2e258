# Unit tests of flush
check_PROGRAMS += tests/unit/flush/flush_test
tests_unit_flush_flush_test_SOURCES = \
	tests/unit/flush/site_logs_test.cc \
	tests/unit/queue/scratch_spool.h
tests_unit_flush_flush_test_LDADD = services/flush/libflush.a $(POSTERN_SERVICE) $(POSTERN_TEST)
