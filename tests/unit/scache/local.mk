# Unit tests of services/scache
check_PROGRAMS += tests/unit/scache/scache_test
tests_unit_scache_scache_test_SOURCES = tests/unit/scache/statistics_test.cc
tests_unit_scache_scache_test_LDADD = services/scache/libscache.a $(POSTERN_SERVICE) $(POSTERN_TEST)
