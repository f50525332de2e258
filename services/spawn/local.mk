# services/spawn: with the first source:
#   daemon_PROGRAMS += services/spawn/spawn
#   services_spawn_spawn_SOURCES = services/spawn/main.cc
#   services_spawn_spawn_LDADD = $(POSTERN_SERVICE)
