# Unit tests of postdrop
check_PROGRAMS += tests/unit/postdrop/postdrop_test
tests_unit_postdrop_postdrop_test_SOURCES = tests/unit/postdrop/submission_test.cc
tests_unit_postdrop_postdrop_test_LDADD = tools/postdrop/libpostdrop.a $(POSTERN_SERVICE) $(POSTERN_TEST)
