# Unit tests of postscreen
check_PROGRAMS += tests/unit/postscreen/postscreen_test
tests_unit_postscreen_postscreen_test_SOURCES = \
	tests/unit/postscreen/access_list_test.cc \
	tests/unit/postscreen/block_lists_test.cc \
	tests/unit/postscreen/cache_test.cc \
	tests/unit/postscreen/client_record_test.cc \
	tests/unit/postscreen/lines_test.cc \
	tests/unit/postscreen/passed_client_test.cc
tests_unit_postscreen_postscreen_test_LDADD = services/postscreen/libpostscreen.a $(POSTERN_TLS) $(POSTERN_SERVICE) $(POSTERN_TEST)
