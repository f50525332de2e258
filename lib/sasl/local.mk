# lib/sasl: authentication (RFC 4422): Cyrus SASL, and the auth protocol of Dovecot
POSTERN_SASL = lib/sasl/libpostern_sasl.a $(SASL_LIBS) $(POSTERN_REPORT)

noinst_LIBRARIES += lib/sasl/libpostern_sasl.a
lib_sasl_libpostern_sasl_a_SOURCES = \
	lib/sasl/client.h \
	lib/sasl/cyrus_client.cc lib/sasl/cyrus_client.h \
	lib/sasl/cyrus_library.cc lib/sasl/cyrus_library.h \
	lib/sasl/cyrus_server.cc lib/sasl/cyrus_server.h \
	lib/sasl/dovecot.cc lib/sasl/dovecot.h \
	lib/sasl/dovecot_line.cc lib/sasl/dovecot_line.h \
	lib/sasl/mechanism.cc lib/sasl/mechanism.h \
	lib/sasl/secret.cc lib/sasl/secret.h \
	lib/sasl/server.h
