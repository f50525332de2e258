check_PROGRAMS += tests/unit/smtp_source/smtp_source_test
tests_unit_smtp_source_smtp_source_test_SOURCES = tests/unit/smtp_source/content_test.cc
tests_unit_smtp_source_smtp_source_test_LDADD = tools/smtp_source/libsmtp_source.a $(POSTERN_SERVICE) \
	$(POSTERN_TEST)
