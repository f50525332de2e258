# Unit tests of qshape
check_PROGRAMS += tests/unit/qshape/qshape_test
tests_unit_qshape_qshape_test_SOURCES = tests/unit/qshape/distribution_test.cc
tests_unit_qshape_qshape_test_LDADD = tools/qshape/libqshape.a $(POSTERN_SERVICE) $(POSTERN_TEST)
