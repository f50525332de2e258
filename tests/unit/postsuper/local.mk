# Unit tests of postsuper
check_PROGRAMS += tests/unit/postsuper/postsuper_test
tests_unit_postsuper_postsuper_test_SOURCES = \
	tests/unit/collected_lines.h \
	tests/unit/postsuper/messages_test.cc \
	tests/unit/postsuper/structure_test.cc \
	tests/unit/queue/scratch_spool.h
tests_unit_postsuper_postsuper_test_LDADD = \
	tools/postsuper/libpostsuper.a $(POSTERN_SERVICE) $(POSTERN_TEST)
