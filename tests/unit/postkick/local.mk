# Unit tests of postkick; with the first one:
#   check_PROGRAMS += tests/unit/postkick/postkick_test
#   tests_unit_postkick_postkick_test_SOURCES = tests/unit/postkick/part_test.cc
#   tests_unit_postkick_postkick_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
