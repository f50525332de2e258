# services/pickup: with the first source:
#   daemon_PROGRAMS += services/pickup/pickup
#   services_pickup_pickup_SOURCES = services/pickup/main.cc
#   services_pickup_pickup_LDADD = $(POSTERN_SERVICE)
