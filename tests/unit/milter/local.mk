# Unit tests of milter
check_PROGRAMS += tests/unit/milter/milter_test
tests_unit_milter_milter_test_SOURCES = \
	tests/unit/milter/draft_test.cc \
	tests/unit/milter/milters_test.cc \
	tests/unit/milter/settings_test.cc \
	tests/unit/milter/stored_message.h
tests_unit_milter_milter_test_LDADD = $(POSTERN_MILTER) $(POSTERN_TEST)
