# Unit tests of virtual; with the first one:
#   check_PROGRAMS += tests/unit/virtual/virtual_test
#   tests_unit_virtual_virtual_test_SOURCES = tests/unit/virtual/part_test.cc
#   tests_unit_virtual_virtual_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
