# lib/delivery: what every delivery agent is
# With the first source:
#   noinst_LIBRARIES += lib/delivery/libpostern_delivery.a
#   lib_delivery_libpostern_delivery_a_SOURCES = lib/delivery/part.cc lib/delivery/part.h
# and the archive as the first word of the line below.
POSTERN_DELIVERY = $(POSTERN_SERVICE)
