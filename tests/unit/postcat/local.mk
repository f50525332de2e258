# Unit tests of postcat; with the first one:
#   check_PROGRAMS += tests/unit/postcat/postcat_test
#   tests_unit_postcat_postcat_test_SOURCES = tests/unit/postcat/part_test.cc
#   tests_unit_postcat_postcat_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
