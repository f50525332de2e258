# tools/smtp_source: with the first source:
#   sbin_PROGRAMS += tools/smtp_source/smtp-source
#   tools_smtp_source_smtp_source_SOURCES = tools/smtp_source/main.cc
#   tools_smtp_source_smtp_source_LDADD = $(POSTERN_EVENT)
