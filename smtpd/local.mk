# smtpd: accepts mail from the network; all but main in an archive, for the tests
noinst_LIBRARIES += smtpd/libsmtpd.a
smtpd_libsmtpd_a_SOURCES = \
	smtpd/address_book.cc smtpd/address_book.h \
	smtpd/chunk.cc smtpd/chunk.h \
	smtpd/client.cc smtpd/client.h \
	smtpd/client_names.cc smtpd/client_names.h \
	smtpd/content.cc smtpd/content.h \
	smtpd/data_scanner.cc smtpd/data_scanner.h \
	smtpd/dialogue.cc smtpd/dialogue.h \
	smtpd/envelope.cc smtpd/envelope.h \
	smtpd/extensions.cc smtpd/extensions.h \
	smtpd/free_space.cc smtpd/free_space.h \
	smtpd/house.h \
	smtpd/lists.cc smtpd/lists.h \
	smtpd/parameters.cc smtpd/parameters.h \
	smtpd/path.cc smtpd/path.h \
	smtpd/rates.cc smtpd/rates.h \
	smtpd/reply.h \
	smtpd/rules/access_action.cc smtpd/rules/access_action.h \
	smtpd/rules/access_lookup.cc smtpd/rules/access_lookup.h \
	smtpd/rules/access_restrictions.cc \
	smtpd/rules/address_restrictions.cc \
	smtpd/rules/client_restrictions.cc \
	smtpd/rules/evaluation.cc smtpd/rules/evaluation.h \
	smtpd/rules/functions.h \
	smtpd/rules/generic_restrictions.cc \
	smtpd/rules/helo_restrictions.cc \
	smtpd/rules/restriction_names.cc \
	smtpd/rules/rule.h \
	smtpd/rules/rulebook.cc smtpd/rules/rulebook.h \
	smtpd/rules/unlisted.cc smtpd/rules/unlisted.h \
	smtpd/rules/verdict.h \
	smtpd/session.cc smtpd/session.h \
	smtpd/settings.cc smtpd/settings.h \
	smtpd/submission.cc smtpd/submission.h \
	smtpd/transaction.h \
	smtpd/verb.h \
	smtpd/verbs/data.cc \
	smtpd/verbs/etrn.cc \
	smtpd/verbs/greeting.cc \
	smtpd/verbs/mail.cc \
	smtpd/verbs/rcpt.cc \
	smtpd/verbs/simple.cc \
	smtpd/verbs/table.cc \
	smtpd/verbs/vrfy.cc \
	smtpd/verbs/xclient.cc \
	smtpd/verbs/xforward.cc \
	smtpd/xattributes.cc smtpd/xattributes.h

daemon_PROGRAMS += smtpd/smtpd
smtpd_smtpd_SOURCES = smtpd/main.cc
smtpd_smtpd_LDADD = smtpd/libsmtpd.a $(POSTERN_SERVICE)
