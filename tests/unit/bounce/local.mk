# Unit tests of bounce
check_PROGRAMS += tests/unit/bounce/bounce_test
tests_unit_bounce_bounce_test_SOURCES = tests/unit/bounce/bounce_test.cc
tests_unit_bounce_bounce_test_LDADD = bounce/libbounce.a $(POSTERN_SERVICE) $(POSTERN_TEST)
