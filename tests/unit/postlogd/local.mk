# Unit tests of postlogd
check_PROGRAMS += tests/unit/postlogd/postlogd_test
tests_unit_postlogd_postlogd_test_SOURCES = \
	tests/unit/postlogd/collector_test.cc \
	tests/unit/postlogd/line_order_test.cc \
	tests/unit/postlogd/log_file_test.cc
tests_unit_postlogd_postlogd_test_LDADD = \
	services/postlogd/libpostlogd.a $(POSTERN_EVENT) $(POSTERN_TEST)
