# Unit tests of pickup; with the first one:
#   check_PROGRAMS += tests/unit/pickup/pickup_test
#   tests_unit_pickup_pickup_test_SOURCES = tests/unit/pickup/part_test.cc
#   tests_unit_pickup_pickup_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
