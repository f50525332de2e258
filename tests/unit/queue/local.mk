# Unit tests of queue
check_PROGRAMS += tests/unit/queue/queue_test
tests_unit_queue_queue_test_SOURCES = \
	tests/unit/queue/scratch_spool.h \
	tests/unit/queue/content_test.cc \
	tests/unit/queue/envelope_reader_test.cc \
	tests/unit/queue/envelope_test.cc \
	tests/unit/queue/listing_test.cc \
	tests/unit/queue/maildrop_test.cc \
	tests/unit/queue/message_log_test.cc \
	tests/unit/queue/queue_file_test.cc \
	tests/unit/queue/queue_id_test.cc \
	tests/unit/queue/record_test.cc \
	tests/unit/queue/scan_test.cc \
	tests/unit/queue/spool_test.cc
tests_unit_queue_queue_test_LDADD = $(POSTERN_QUEUE) $(POSTERN_TEST)
