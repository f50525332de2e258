# Unit tests of config
check_PROGRAMS += tests/unit/config/config_test
tests_unit_config_config_test_SOURCES = \
	tests/unit/config/catalogue_test.cc \
	tests/unit/config/config_test.cc \
	tests/unit/config/directory_test.cc \
	tests/unit/config/edit_test.cc \
	tests/unit/config/expansion_test.cc \
	tests/unit/config/idna_test.cc \
	tests/unit/config/main_cf_test.cc \
	tests/unit/config/master_cf_test.cc
tests_unit_config_config_test_LDADD = $(POSTERN_CONFIG) $(POSTERN_TEST)
