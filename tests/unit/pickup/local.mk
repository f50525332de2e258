# Unit tests of pickup
check_PROGRAMS += tests/unit/pickup/pickup_test
tests_unit_pickup_pickup_test_SOURCES = tests/unit/pickup/submitted_file_test.cc
tests_unit_pickup_pickup_test_LDADD = services/pickup/libpickup.a $(POSTERN_SERVICE) $(POSTERN_TEST)
