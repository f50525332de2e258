# Unit tests of postqueue
check_PROGRAMS += tests/unit/postqueue/postqueue_test
tests_unit_postqueue_postqueue_test_SOURCES = tests/unit/postqueue/show_test.cc
tests_unit_postqueue_postqueue_test_LDADD = \
	tools/postqueue/libpostqueue.a $(POSTERN_SERVICE) $(POSTERN_TEST)
