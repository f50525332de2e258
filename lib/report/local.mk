# lib/report: typed events and their renderings
POSTERN_REPORT = lib/report/libpostern_report.a $(POSTERN_QUEUE)

noinst_LIBRARIES += lib/report/libpostern_report.a
lib_report_libpostern_report_a_SOURCES = \
	lib/report/counters.cc lib/report/counters.h \
	lib/report/delivery_events.cc lib/report/delivery_events.h \
	lib/report/json_string.cc lib/report/json_string.h \
	lib/report/message_events.cc lib/report/message_events.h \
	lib/report/postscreen_events.cc lib/report/postscreen_events.h \
	lib/report/qmqpd_events.cc lib/report/qmqpd_events.h \
	lib/report/record.cc lib/report/record.h \
	lib/report/reporter.cc lib/report/reporter.h \
	lib/report/session_numbers.h \
	lib/report/smtpd_events.cc lib/report/smtpd_events.h \
	lib/report/system_events.cc lib/report/system_events.h \
	lib/report/tls_events.cc lib/report/tls_events.h \
	lib/report/tlsproxy_events.cc lib/report/tlsproxy_events.h \
	lib/report/wording.cc lib/report/wording.h
