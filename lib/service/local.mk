# lib/service: what every daemon is
# With the first source:
#   noinst_LIBRARIES += lib/service/libpostern_service.a
#   lib_service_libpostern_service_a_SOURCES = lib/service/part.cc lib/service/part.h
# and the archive as the first word of the line below.
POSTERN_SERVICE = $(POSTERN_DNS)
