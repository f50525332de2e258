# services/error: with the first source:
#   daemon_PROGRAMS += services/error/error
#   services_error_error_SOURCES = services/error/main.cc
#   services_error_error_LDADD = $(POSTERN_DELIVERY)
