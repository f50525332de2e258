# Unit tests of smtp_source; with the first one:
#   check_PROGRAMS += tests/unit/smtp_source/smtp_source_test
#   tests_unit_smtp_source_smtp_source_test_SOURCES = tests/unit/smtp_source/part_test.cc
#   tests_unit_smtp_source_smtp_source_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
