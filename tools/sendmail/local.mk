# tools/sendmail: with the first source:
#   sbin_PROGRAMS += tools/sendmail/sendmail
#   tools_sendmail_sendmail_SOURCES = tools/sendmail/main.cc
#   tools_sendmail_sendmail_LDADD = $(POSTERN_SERVICE)
