# Unit tests of verify
check_PROGRAMS += tests/unit/verify/verify_test
tests_unit_verify_verify_test_SOURCES = tests/unit/verify/address_cache_test.cc
tests_unit_verify_verify_test_LDADD = services/verify/libverify.a $(POSTERN_SERVICE) $(POSTERN_TEST)
