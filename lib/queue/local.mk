# lib/queue: queue ids, directories, records, bounce and defer logs
# With the first source:
#   noinst_LIBRARIES += lib/queue/libpostern_queue.a
#   lib_queue_libpostern_queue_a_SOURCES = lib/queue/part.cc lib/queue/part.h
# and the archive as the first word of the line below.
POSTERN_QUEUE = $(POSTERN_MAIL)
