# smtp: the SMTP client; the same program under the name lmtp is the LMTP client
daemon_PROGRAMS += smtp/smtp
DAEMON_LINKS += lmtp=smtp
noinst_LIBRARIES += smtp/libsmtp.a
smtp_libsmtp_a_SOURCES = \
	smtp/best_mx.cc smtp/best_mx.h \
	smtp/cache_reports.cc smtp/cache_reports.h \
	smtp/checked_content.cc smtp/checked_content.h \
	smtp/content.cc smtp/content.h \
	smtp/courier.cc smtp/courier.h \
	smtp/envelope_commands.cc \
	smtp/forwarding_loop.cc smtp/forwarding_loop.h \
	smtp/generic.cc smtp/generic.h \
	smtp/handshake.cc smtp/handshake.h \
	smtp/kept_sessions.cc smtp/kept_sessions.h \
	smtp/office.h \
	smtp/opening.cc smtp/opening.h \
	smtp/outcomes.cc smtp/outcomes.h \
	smtp/protection.cc smtp/protection.h \
	smtp/refused_logins.cc smtp/refused_logins.h \
	smtp/reply.cc smtp/reply.h \
	smtp/require_tls.cc smtp/require_tls.h \
	smtp/safeguards.cc smtp/safeguards.h \
	smtp/sasl.cc smtp/sasl.h \
	smtp/session.cc smtp/session.h \
	smtp/settings.cc smtp/settings.h \
	smtp/stage.h \
	smtp/tables.h \
	smtp/tls.cc smtp/tls.h \
	smtp/tls_event.cc smtp/tls_event.h \
	smtp/tls_policy.cc smtp/tls_policy.h \
	smtp/tls_reports.cc smtp/tls_reports.h \
	smtp/transaction.cc smtp/transaction.h \
	smtp/verdicts.cc \
	smtp/xforward.cc
smtp_smtp_SOURCES = smtp/main.cc
smtp_smtp_LDADD = smtp/libsmtp.a $(POSTERN_NEXTHOP) $(POSTERN_TLS) $(POSTERN_SASL) $(POSTERN_DELIVERY)
dist_man_MANS += doc/smtp.8 doc/lmtp.8
