# tools/postfix: with the first source:
#   sbin_PROGRAMS += tools/postfix/postfix
#   tools_postfix_postfix_SOURCES = tools/postfix/main.cc
#   tools_postfix_postfix_LDADD = $(POSTERN_SERVICE)
