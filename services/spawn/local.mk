# spawn: runs a command for each connection
noinst_LIBRARIES += services/spawn/libspawn.a
services_spawn_libspawn_a_SOURCES = \
	services/spawn/attributes.cc services/spawn/attributes.h \
	services/spawn/runner.cc services/spawn/runner.h

daemon_PROGRAMS += services/spawn/spawn
services_spawn_spawn_SOURCES = services/spawn/main.cc
services_spawn_spawn_LDADD = services/spawn/libspawn.a $(POSTERN_SERVICE)


dist_man_MANS += doc/spawn.8
