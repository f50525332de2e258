# lib/queue: queue ids, directories, records, bounce and defer logs
POSTERN_QUEUE = lib/queue/libpostern_queue.a $(POSTERN_MAIL)

noinst_LIBRARIES += lib/queue/libpostern_queue.a
lib_queue_libpostern_queue_a_SOURCES = \
	lib/queue/content.cc lib/queue/content.h \
	lib/queue/envelope.cc lib/queue/envelope.h \
	lib/queue/envelope_reader.cc lib/queue/envelope_reader.h \
	lib/queue/listing.cc lib/queue/listing.h \
	lib/queue/maildrop.cc lib/queue/maildrop.h \
	lib/queue/message_log.cc lib/queue/message_log.h \
	lib/queue/queue_file.cc lib/queue/queue_file.h \
	lib/queue/queue_file_writer.cc lib/queue/queue_file_writer.h \
	lib/queue/queue_id.cc lib/queue/queue_id.h \
	lib/queue/record.cc lib/queue/record.h \
	lib/queue/scan.cc lib/queue/scan.h \
	lib/queue/sizes.cc lib/queue/sizes.h \
	lib/queue/spool.cc lib/queue/spool.h \
	lib/queue/tls_wishes.h
