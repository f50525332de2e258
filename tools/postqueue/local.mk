# tools/postqueue: lists and flushes the mail queue
noinst_LIBRARIES += tools/postqueue/libpostqueue.a
tools_postqueue_libpostqueue_a_SOURCES = \
	tools/postqueue/flush.cc tools/postqueue/flush.h \
	tools/postqueue/listing_reader.cc tools/postqueue/listing_reader.h \
	tools/postqueue/listing_source.cc tools/postqueue/listing_source.h \
	tools/postqueue/options.cc tools/postqueue/options.h \
	tools/postqueue/show.cc tools/postqueue/show.h

sbin_PROGRAMS += tools/postqueue/postqueue
tools_postqueue_postqueue_SOURCES = tools/postqueue/main.cc
tools_postqueue_postqueue_LDADD = tools/postqueue/libpostqueue.a $(POSTERN_SERVICE)

dist_man_MANS += doc/postqueue.1
