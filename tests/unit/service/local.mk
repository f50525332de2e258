# Unit tests of service
check_PROGRAMS += tests/unit/service/service_test
tests_unit_service_service_test_SOURCES = \
	tests/unit/service/codec_test.cc \
	tests/unit/service/exchange_test.cc \
	tests/unit/service/file_watcher_test.cc \
	tests/unit/service/heap_test.cc \
	tests/unit/service/start_options_test.cc
tests_unit_service_service_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
