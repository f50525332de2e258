# Unit tests of config; with the first one:
#   check_PROGRAMS += tests/unit/config/config_test
#   tests_unit_config_config_test_SOURCES = tests/unit/config/part_test.cc
#   tests_unit_config_config_test_LDADD = $(POSTERN_CONFIG) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
