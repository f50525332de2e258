# Unit tests of smtp; with the first one:
#   check_PROGRAMS += tests/unit/smtp/smtp_test
#   tests_unit_smtp_smtp_test_SOURCES = tests/unit/smtp/part_test.cc
#   tests_unit_smtp_smtp_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
