# lib/delivery: what every delivery agent is
POSTERN_DELIVERY = lib/delivery/libpostern_delivery.a $(POSTERN_SERVICE)

noinst_LIBRARIES += lib/delivery/libpostern_delivery.a
lib_delivery_libpostern_delivery_a_SOURCES = \
	lib/delivery/agent.cc lib/delivery/agent.h \
	lib/delivery/command.cc lib/delivery/command.h \
	lib/delivery/copy.cc lib/delivery/copy.h \
	lib/delivery/job.cc lib/delivery/job.h \
	lib/delivery/lock_holder.cc lib/delivery/lock_holder.h \
	lib/delivery/loop_check.cc lib/delivery/loop_check.h \
	lib/delivery/mailbox_lock.cc lib/delivery/mailbox_lock.h \
	lib/delivery/mailbox_writer.cc lib/delivery/mailbox_writer.h \
	lib/delivery/maildir.cc lib/delivery/maildir.h \
	lib/delivery/mbox.cc lib/delivery/mbox.h \
	lib/delivery/status_filter.cc lib/delivery/status_filter.h \
	lib/delivery/user_threads.h
