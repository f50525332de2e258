# Unit tests of postcat
check_PROGRAMS += tests/unit/postcat/postcat_test
tests_unit_postcat_postcat_test_SOURCES = \
	tests/unit/collected_lines.h \
	tests/unit/postcat/printer_test.cc \
	tests/unit/queue/scratch_spool.h
tests_unit_postcat_postcat_test_LDADD = \
	tools/postcat/libpostcat.a $(POSTERN_SERVICE) $(POSTERN_TEST)
