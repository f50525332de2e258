# Unit tests of rewrite
check_PROGRAMS += tests/unit/rewrite/rewrite_test
tests_unit_rewrite_rewrite_test_SOURCES = \
	tests/unit/rewrite/resolver_test.cc \
	tests/unit/rewrite/standard_form_test.cc
tests_unit_rewrite_rewrite_test_LDADD = rewrite/librewrite.a $(POSTERN_SERVICE) $(POSTERN_TEST)
