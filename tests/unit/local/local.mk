# Unit tests of local
check_PROGRAMS += tests/unit/local/local_test
tests_unit_local_local_test_SOURCES = \
	tests/unit/local/macros_test.cc \
	tests/unit/local/target_test.cc \
	tests/unit/local/users_file_test.cc
tests_unit_local_local_test_LDADD = local/liblocal.a $(POSTERN_DELIVERY) $(POSTERN_TEST)
