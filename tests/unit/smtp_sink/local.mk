check_PROGRAMS += tests/unit/smtp_sink/smtp_sink_test
tests_unit_smtp_sink_smtp_sink_test_SOURCES = \
	tests/unit/smtp_sink/parts_test.cc \
	tests/unit/smtp_sink/session_test.cc
tests_unit_smtp_sink_smtp_sink_test_LDADD = tools/smtp_sink/libsmtp_sink.a $(POSTERN_SERVICE) \
	$(POSTERN_TEST)
