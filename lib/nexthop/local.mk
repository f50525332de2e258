# lib/nexthop: the servers of a destination, and what the DNS says of their certificates
POSTERN_NEXTHOP = lib/nexthop/libpostern_nexthop.a

noinst_LIBRARIES += lib/nexthop/libpostern_nexthop.a
lib_nexthop_libpostern_nexthop_a_SOURCES = \
	lib/nexthop/dane.cc lib/nexthop/dane.h \
	lib/nexthop/destination.cc lib/nexthop/destination.h \
	lib/nexthop/endpoint.cc lib/nexthop/endpoint.h \
	lib/nexthop/mail_exchangers.cc lib/nexthop/mail_exchangers.h \
	lib/nexthop/settings.cc lib/nexthop/settings.h
