# services/postlogd: with the first source:
#   daemon_PROGRAMS += services/postlogd/postlogd
#   services_postlogd_postlogd_SOURCES = services/postlogd/main.cc
#   services_postlogd_postlogd_LDADD = $(POSTERN_SERVICE)
