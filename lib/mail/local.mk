# lib/mail: addresses, header fields, MIME, dates, status codes
POSTERN_MAIL = lib/mail/libpostern_mail.a $(ICU_LIBS) $(POSTERN_TABLE)

noinst_LIBRARIES += lib/mail/libpostern_mail.a
lib_mail_libpostern_mail_a_SOURCES = \
	lib/mail/address.cc lib/mail/address.h \
	lib/mail/address_header.cc lib/mail/address_header.h \
	lib/mail/address_lookup.cc lib/mail/address_lookup.h \
	lib/mail/check_action.cc lib/mail/check_action.h \
	lib/mail/content_checks.cc lib/mail/content_checks.h \
	lib/mail/content_type.cc lib/mail/content_type.h \
	lib/mail/domain_list.cc lib/mail/domain_list.h \
	lib/mail/downgrade.cc lib/mail/downgrade.h \
	lib/mail/dsn.cc lib/mail/dsn.h \
	lib/mail/ehlo_keywords.cc lib/mail/ehlo_keywords.h \
	lib/mail/exit_status.cc lib/mail/exit_status.h \
	lib/mail/header_field.cc lib/mail/header_field.h \
	lib/mail/header_names.cc lib/mail/header_names.h \
	lib/mail/hostname.cc lib/mail/hostname.h \
	lib/mail/made_headers.cc lib/mail/made_headers.h \
	lib/mail/mime_reader.cc lib/mail/mime_reader.h \
	lib/mail/own_domains.cc lib/mail/own_domains.h \
	lib/mail/proxy_header.cc lib/mail/proxy_header.h \
	lib/mail/reply.cc lib/mail/reply.h \
	lib/mail/smtp_path.cc lib/mail/smtp_path.h \
	lib/mail/status_code.cc lib/mail/status_code.h \
	lib/mail/token.cc lib/mail/token.h \
	lib/mail/verp.cc lib/mail/verp.h
