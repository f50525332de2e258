# Unit tests of spawn
check_PROGRAMS += tests/unit/spawn/spawn_test
tests_unit_spawn_spawn_test_SOURCES = tests/unit/spawn/runner_test.cc
tests_unit_spawn_spawn_test_LDADD = services/spawn/libspawn.a $(POSTERN_SERVICE) $(POSTERN_TEST)
