check_PROGRAMS += tests/unit/master/master_test
tests_unit_master_master_test_SOURCES = \
	tests/unit/master/command_line_test.cc \
	tests/unit/master/plan_test.cc \
	tests/unit/master/share_test.cc
tests_unit_master_master_test_LDADD = master/libmaster.a $(POSTERN_SERVICE) $(POSTERN_TEST)
