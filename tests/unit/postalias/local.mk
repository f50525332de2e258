# Unit tests of postalias; with the first one:
#   check_PROGRAMS += tests/unit/postalias/postalias_test
#   tests_unit_postalias_postalias_test_SOURCES = tests/unit/postalias/part_test.cc
#   tests_unit_postalias_postalias_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
