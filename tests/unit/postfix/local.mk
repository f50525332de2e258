# Unit tests of postfix.
check_PROGRAMS += tests/unit/postfix/postfix_test
tests_unit_postfix_postfix_test_SOURCES = tests/unit/postfix/file_list_test.cc
tests_unit_postfix_postfix_test_LDADD = tools/postfix/libpostfix.a $(POSTERN_SERVICE) $(POSTERN_TEST)
