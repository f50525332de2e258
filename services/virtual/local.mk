# services/virtual: with the first source:
#   daemon_PROGRAMS += services/virtual/virtual
#   services_virtual_virtual_SOURCES = services/virtual/main.cc
#   services_virtual_virtual_LDADD = $(POSTERN_DELIVERY)
