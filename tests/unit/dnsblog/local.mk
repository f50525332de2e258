# Unit tests of dnsblog
check_PROGRAMS += tests/unit/dnsblog/dnsblog_test
tests_unit_dnsblog_dnsblog_test_SOURCES = tests/unit/dnsblog/list_lookup_test.cc
tests_unit_dnsblog_dnsblog_test_LDADD = services/dnsblog/libdnsblog.a $(POSTERN_SERVICE) $(POSTERN_TEST)
