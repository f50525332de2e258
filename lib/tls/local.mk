# lib/tls: TLS by OpenSSL, which nothing else in the house includes
POSTERN_TLS = lib/tls/libpostern_tls.a $(SSL_LIBS)

noinst_LIBRARIES += lib/tls/libpostern_tls.a
lib_tls_libpostern_tls_a_SOURCES = \
	lib/tls/certificate.cc lib/tls/certificate.h \
	lib/tls/client.cc lib/tls/client.h \
	lib/tls/connection.cc lib/tls/connection.h \
	lib/tls/context.cc lib/tls/context.h \
	lib/tls/cork.cc lib/tls/cork.h \
	lib/tls/dane_digests.cc lib/tls/dane_digests.h \
	lib/tls/digest.cc lib/tls/digest.h \
	lib/tls/established.cc lib/tls/established.h \
	lib/tls/farewell.cc lib/tls/farewell.h \
	lib/tls/handshake_log.cc lib/tls/handshake_log.h \
	lib/tls/key_chain.cc lib/tls/key_chain.h \
	lib/tls/level.cc lib/tls/level.h \
	lib/tls/log_level.cc lib/tls/log_level.h \
	lib/tls/openssl.cc lib/tls/openssl.h \
	lib/tls/protocols.cc lib/tls/protocols.h \
	lib/tls/random.cc lib/tls/random.h \
	lib/tls/raw_keys.cc lib/tls/raw_keys.h \
	lib/tls/server.cc lib/tls/server.h \
	lib/tls/session_store.h \
	lib/tls/settings.cc lib/tls/settings.h \
	lib/tls/ticket_keys.cc lib/tls/ticket_keys.h \
	lib/tls/trace_file.cc lib/tls/trace_file.h \
	lib/tls/trace_gate.h
