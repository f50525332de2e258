# Unit tests of smtp_sink; with the first one:
#   check_PROGRAMS += tests/unit/smtp_sink/smtp_sink_test
#   tests_unit_smtp_sink_smtp_sink_test_SOURCES = tests/unit/smtp_sink/part_test.cc
#   tests_unit_smtp_sink_smtp_sink_test_LDADD = $(POSTERN_SERVICE) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
