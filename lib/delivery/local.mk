# lib/delivery: what every delivery agent is
POSTERN_DELIVERY = lib/delivery/libpostern_delivery.a $(POSTERN_SERVICE)

noinst_LIBRARIES += lib/delivery/libpostern_delivery.a
lib_delivery_libpostern_delivery_a_SOURCES = \
	lib/delivery/agent.cc lib/delivery/agent.h \
	lib/delivery/job.cc lib/delivery/job.h
