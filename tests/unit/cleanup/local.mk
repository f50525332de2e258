# Unit tests of cleanup
check_PROGRAMS += tests/unit/cleanup/cleanup_test
tests_unit_cleanup_cleanup_test_SOURCES = tests/unit/cleanup/draft_test.cc
tests_unit_cleanup_cleanup_test_LDADD = cleanup/libcleanup.a $(POSTERN_SERVICE) $(POSTERN_TEST)
