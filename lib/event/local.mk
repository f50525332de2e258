# lib/event: the loop, coroutines on libevent
# With the first source:
#   noinst_LIBRARIES += lib/event/libpostern_event.a
#   lib_event_libpostern_event_a_SOURCES = lib/event/part.cc lib/event/part.h
# and the archive as the first word of the line below.
POSTERN_EVENT = $(EVENT_LIBS) $(POSTERN_BASE)
