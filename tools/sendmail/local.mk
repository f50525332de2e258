# tools/sendmail: the old interface to a mail system
noinst_LIBRARIES += tools/sendmail/libsendmail.a
tools_sendmail_libsendmail_a_SOURCES = \
	tools/sendmail/message.cc tools/sendmail/message.h \
	tools/sendmail/options.cc tools/sendmail/options.h

sbin_PROGRAMS += tools/sendmail/sendmail
tools_sendmail_sendmail_SOURCES = tools/sendmail/main.cc
tools_sendmail_sendmail_LDADD = tools/sendmail/libsendmail.a $(POSTERN_SERVICE)
COMMAND_LINKS += mailq=sendmail newaliases=sendmail
dist_man_MANS += doc/sendmail.1 doc/mailq.1 doc/newaliases.1
