# services/verify: with the first source:
#   daemon_PROGRAMS += services/verify/verify
#   services_verify_verify_SOURCES = services/verify/main.cc
#   services_verify_verify_LDADD = $(POSTERN_SERVICE)
