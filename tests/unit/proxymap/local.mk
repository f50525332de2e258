# Unit tests of proxymap
check_PROGRAMS += tests/unit/proxymap/proxymap_test
tests_unit_proxymap_proxymap_test_SOURCES = tests/unit/proxymap/approved_tables_test.cc
tests_unit_proxymap_proxymap_test_LDADD = services/proxymap/libpostern_proxymap.a \
	$(POSTERN_SERVICE) $(POSTERN_TEST)
