# services/flush: with the first source:
#   daemon_PROGRAMS += services/flush/flush
#   services_flush_flush_SOURCES = services/flush/main.cc
#   services_flush_flush_LDADD = $(POSTERN_SERVICE)
