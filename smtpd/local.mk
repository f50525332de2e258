# smtpd: accepts mail from the network; all but main in an archive, for the tests
noinst_LIBRARIES += smtpd/libsmtpd.a
smtpd_libsmtpd_a_SOURCES = \
	smtpd/address_book.cc smtpd/address_book.h \
	smtpd/chunk.cc smtpd/chunk.h \
	smtpd/chunk_scanner.cc smtpd/chunk_scanner.h \
	smtpd/client.cc smtpd/client.h \
	smtpd/client_names.cc smtpd/client_names.h \
	smtpd/content.cc smtpd/content.h \
	smtpd/data_scanner.cc smtpd/data_scanner.h \
	smtpd/dialogue.cc smtpd/dialogue.h \
	smtpd/dialogue_beginning.cc \
	smtpd/dialogue_commands.cc \
	smtpd/dialogue_content.cc \
	smtpd/dialogue_security.cc \
	smtpd/envelope.cc smtpd/envelope.h \
	smtpd/extensions.cc smtpd/extensions.h \
	smtpd/free_space.cc smtpd/free_space.h \
	smtpd/house.h \
	smtpd/lists.cc smtpd/lists.h \
	smtpd/mail_sink.h \
	smtpd/milter_events.cc smtpd/milter_events.h \
	smtpd/milter_macros.cc smtpd/milter_macros.h \
	smtpd/milters.cc smtpd/milters.h \
	smtpd/notices.cc smtpd/notices.h \
	smtpd/parameters.cc smtpd/parameters.h \
	smtpd/path.cc smtpd/path.h \
	smtpd/peer_place.cc smtpd/peer_place.h \
	smtpd/proxied_mail.cc smtpd/proxied_mail.h \
	smtpd/proxy_dialogue.cc smtpd/proxy_dialogue.h \
	smtpd/proxy_filter.cc smtpd/proxy_filter.h \
	smtpd/rates.cc smtpd/rates.h \
	smtpd/reply.h \
	smtpd/reply_editing.cc smtpd/reply_editing.h \
	smtpd/rules/access_action.cc smtpd/rules/access_action.h \
	smtpd/rules/access_lookup.cc smtpd/rules/access_lookup.h \
	smtpd/rules/access_restrictions.cc \
	smtpd/rules/address_restrictions.cc \
	smtpd/rules/client_restrictions.cc \
	smtpd/rules/certificate_restrictions.cc \
	smtpd/rules/destination.h \
	smtpd/rules/dns_list.cc smtpd/rules/dns_list.h \
	smtpd/rules/domain_lookup.cc smtpd/rules/domain_lookup.h \
	smtpd/rules/domain_restrictions.cc \
	smtpd/rules/host_access.cc \
	smtpd/rules/list_reply.cc smtpd/rules/list_reply.h \
	smtpd/rules/list_restrictions.cc \
	smtpd/rules/login_restrictions.cc \
	smtpd/rules/mx_backup.cc \
	smtpd/rules/policy_request.cc smtpd/rules/policy_request.h \
	smtpd/rules/policy_restrictions.cc \
	smtpd/rules/policy_service.cc smtpd/rules/policy_service.h \
	smtpd/rules/verification.cc \
	smtpd/rules/due_lists.cc smtpd/rules/due_lists.h \
	smtpd/rules/evaluation.cc smtpd/rules/evaluation.h \
	smtpd/rules/functions.h \
	smtpd/rules/generic_restrictions.cc \
	smtpd/rules/helo_restrictions.cc \
	smtpd/rules/restriction_names.cc \
	smtpd/rules/rule.h \
	smtpd/rules/rulebook.cc smtpd/rules/rulebook.h \
	smtpd/rules/unlisted.cc smtpd/rules/unlisted.h \
	smtpd/rules/verdict.h \
	smtpd/sasl.cc smtpd/sasl.h \
	smtpd/sasl_dialogue.cc smtpd/sasl_dialogue.h \
	smtpd/session.cc smtpd/session.h \
	smtpd/settings.cc smtpd/settings.h \
	smtpd/stand_alone.cc smtpd/stand_alone.h \
	smtpd/submission.cc smtpd/submission.h \
	smtpd/tls.cc smtpd/tls.h \
	smtpd/template_value.h \
	smtpd/temporary_file.cc smtpd/temporary_file.h \
	smtpd/transaction.h \
	smtpd/transcript.cc smtpd/transcript.h \
	smtpd/verb.h \
	smtpd/verbs/auth.cc \
	smtpd/verbs/data.cc \
	smtpd/verbs/etrn.cc \
	smtpd/verbs/greeting.cc \
	smtpd/verbs/mail.cc \
	smtpd/verbs/rcpt.cc \
	smtpd/verbs/simple.cc \
	smtpd/verbs/starttls.cc \
	smtpd/verbs/table.cc \
	smtpd/verbs/vrfy.cc \
	smtpd/verbs/xclient.cc \
	smtpd/verbs/xforward.cc \
	smtpd/xattributes.cc smtpd/xattributes.h

daemon_PROGRAMS += smtpd/smtpd
smtpd_smtpd_SOURCES = smtpd/main.cc
smtpd_smtpd_LDADD = smtpd/libsmtpd.a $(POSTERN_TLS) $(POSTERN_SASL) $(POSTERN_MILTER) $(POSTERN_SERVICE)
dist_man_MANS += doc/smtpd.8
