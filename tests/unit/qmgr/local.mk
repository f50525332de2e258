# Unit tests of qmgr
check_PROGRAMS += tests/unit/qmgr/qmgr_test
tests_unit_qmgr_qmgr_test_SOURCES = \
	tests/unit/qmgr/job_list_test.cc tests/unit/qmgr/window_test.cc
tests_unit_qmgr_qmgr_test_LDADD = qmgr/libqmgr.a $(POSTERN_SERVICE) $(POSTERN_TEST)
