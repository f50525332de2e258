# Unit tests of postconf
check_PROGRAMS += tests/unit/postconf/postconf_test
tests_unit_postconf_postconf_test_SOURCES = \
	tests/unit/postconf/print_test.cc \
	tests/unit/postconf/service_test.cc
tests_unit_postconf_postconf_test_LDADD = postconf/libpostconf.a $(POSTERN_CONFIG) $(POSTERN_TEST)
