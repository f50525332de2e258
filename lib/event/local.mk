# lib/event: the loop, coroutines on libevent
POSTERN_EVENT = lib/event/libpostern_event.a $(EVENT_LIBS) $(POSTERN_BASE)

noinst_LIBRARIES += lib/event/libpostern_event.a
lib_event_libpostern_event_a_SOURCES = \
	lib/event/aio_queue.cc lib/event/aio_queue.h \
	lib/event/condition.h \
	lib/event/file_sync.cc lib/event/file_sync.h \
	lib/event/group.cc lib/event/group.h \
	lib/event/list.h \
	lib/event/loop.cc lib/event/loop.h \
	lib/event/named_place.cc lib/event/named_place.h \
	lib/event/netstring.cc lib/event/netstring.h \
	lib/event/pool.cc lib/event/pool.h \
	lib/event/socket.cc lib/event/socket.h \
	lib/event/stream.cc lib/event/stream.h \
	lib/event/task.h \
	lib/event/tcp_window.h \
	lib/event/timers.cc lib/event/timers.h \
	lib/event/watchdog.cc lib/event/watchdog.h
