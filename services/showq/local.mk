# services/showq: with the first source:
#   daemon_PROGRAMS += services/showq/showq
#   services_showq_showq_SOURCES = services/showq/main.cc
#   services_showq_showq_LDADD = $(POSTERN_SERVICE)
