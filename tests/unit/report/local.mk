# Unit tests of report
check_PROGRAMS += tests/unit/report/report_test
tests_unit_report_report_test_SOURCES = \
	tests/unit/report/counters_test.cc \
	tests/unit/report/delivery_events_test.cc \
	tests/unit/report/message_events_test.cc \
	tests/unit/report/record_test.cc \
	tests/unit/report/reporter_test.cc \
	tests/unit/report/smtpd_events_test.cc \
	tests/unit/report/system_events_test.cc \
	tests/unit/report/tls_events_test.cc
tests_unit_report_report_test_LDADD = $(POSTERN_REPORT) $(POSTERN_TEST)
