check_PROGRAMS += tests/unit/postmulti/postmulti_test
tests_unit_postmulti_postmulti_test_SOURCES = \
	tests/unit/postmulti/instances_test.cc \
	tests/unit/postmulti/options_test.cc
tests_unit_postmulti_postmulti_test_LDADD = tools/postmulti/libpostmulti.a $(POSTERN_SERVICE) \
	$(POSTERN_TEST)
