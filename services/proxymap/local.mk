# services/proxymap: with the first source:
#   daemon_PROGRAMS += services/proxymap/proxymap
#   services_proxymap_proxymap_SOURCES = services/proxymap/main.cc
#   services_proxymap_proxymap_LDADD = $(POSTERN_SERVICE)
