# Unit tests of services/anvil
check_PROGRAMS += tests/unit/anvil/anvil_test
tests_unit_anvil_anvil_test_SOURCES = tests/unit/anvil/rates_test.cc
tests_unit_anvil_anvil_test_LDADD = services/anvil/libanvil.a $(POSTERN_SERVICE) $(POSTERN_TEST)
