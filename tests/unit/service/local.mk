# Unit tests of service; with the first one:
#   check_PROGRAMS += tests/unit/service/service_test
#   tests_unit_service_service_test_SOURCES = tests/unit/service/part_test.cc
#   tests_unit_service_service_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
