# Unit tests of spawn; with the first one:
#   check_PROGRAMS += tests/unit/spawn/spawn_test
#   tests_unit_spawn_spawn_test_SOURCES = tests/unit/spawn/part_test.cc
#   tests_unit_spawn_spawn_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
