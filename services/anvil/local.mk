# services/anvil: with the first source:
#   daemon_PROGRAMS += services/anvil/anvil
#   services_anvil_anvil_SOURCES = services/anvil/main.cc
#   services_anvil_anvil_LDADD = $(POSTERN_SERVICE)
