# Unit tests of cleanup
check_PROGRAMS += tests/unit/cleanup/cleanup_test
tests_unit_cleanup_cleanup_test_SOURCES = \
	tests/unit/cleanup/address_rules_test.cc \
	tests/unit/cleanup/content_test.cc \
	tests/unit/cleanup/draft_test.cc \
	tests/unit/cleanup/envelope_writer_test.cc \
	tests/unit/cleanup/inspection_test.cc \
	tests/unit/cleanup/lab.h
tests_unit_cleanup_cleanup_test_LDADD = cleanup/libcleanup.a $(POSTERN_MILTER) $(POSTERN_SERVICE) $(POSTERN_TEST)
