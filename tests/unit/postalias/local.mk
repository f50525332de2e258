# Unit tests of postalias
check_PROGRAMS += tests/unit/postalias/postalias_test
tests_unit_postalias_postalias_test_SOURCES = tests/unit/postalias/alias_source_test.cc
tests_unit_postalias_postalias_test_LDADD = postalias/libpostern_postalias.a $(POSTERN_MAIL) \
	$(POSTERN_TEST)
